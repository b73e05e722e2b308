"""Which labelled films are there, and who learns from them, chooses or judges?

`stock_findings` is tested in `test_stock.py`, `table_columns` in `test_label_table.py`.
"""
