"""Reading files with quarter-hours of a meter, whatever program wrote them."""
