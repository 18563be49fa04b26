"""What people agreed to, what is owed to them, and telling a family of a death."""
