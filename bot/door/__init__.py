"""The door: the only part that knows all three rooms. It introduces them, starts them and stops them."""
