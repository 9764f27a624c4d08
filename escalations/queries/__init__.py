"""What is read: counts to judge, cases, people to tell, facts of a breach."""
