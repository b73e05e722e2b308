"""May this film be read? Every reason for and against, before the network is asked."""
