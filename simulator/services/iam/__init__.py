"""Identity and Access Management: what moto lacks, fakes, or holds otherwise than AWS does."""
