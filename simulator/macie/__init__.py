"""Amazon Macie: sensitive data in S3 objects, and buckets that are opened."""
