"""Any picture file, opened safely. Image decoders are imported here and nowhere else."""
