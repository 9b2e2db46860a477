"""What AWS's services do by themselves as time passes, because of what has happened in an account."""
