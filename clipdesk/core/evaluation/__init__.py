"""Retrieval, measured: does a caption find its picture, and a picture its like?"""
