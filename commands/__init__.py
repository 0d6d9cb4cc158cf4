"""The commands: parse, call one function, print. One file each."""
