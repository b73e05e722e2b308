"""What does a version say of a film? From a `Radiograph` to a `Reading`; no file is opened here."""
