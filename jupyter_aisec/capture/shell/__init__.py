"""What the commands of a shell line put where: files that are fetched, copied, unpacked or made of others.

What a line means is said by whoever starts the capture, as `command.Command`; only what really lies on the disk when
it has run counts.
"""
