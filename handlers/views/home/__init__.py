"""The tabs of Home as blocks."""
