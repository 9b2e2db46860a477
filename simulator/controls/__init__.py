"""What a resource's state says of good practice: one function a managed rule of AWS Config."""
