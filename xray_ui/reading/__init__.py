"""What is on the reading page? One film with its result."""
