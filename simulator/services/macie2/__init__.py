"""Amazon Macie's operations: the backend's own know neither job nor finding."""
