"""The simulation: a book played forward on the real services, with people who behave as stated."""
