; What statements do to data, as constructs. The name of a capture is the name of the mark.

; What destroys, or cannot be taken back
(drop_table) @destructive
(drop_column) @destructive
(drop_constraint) @destructive
(drop_database) @destructive
(drop_schema) @destructive
(drop_index) @destructive
(drop_view) @destructive
(drop_type) @destructive
(statement (keyword_truncate)) @destructive
(statement (delete)) @destructive
(rename_column) @destructive
(rename_object) @destructive

; Conditions of statements that write, and of views
(where predicate: (_) @condition)
(statement (delete) (from (where predicate: (_) @guard)))
(statement (update (where predicate: (_) @guard)))
(constraint) @guard
(column_definition (keyword_not) (keyword_null)) @guard
(add_constraint) @guard

; Transactions and locks
(transaction) @transaction
(create_index) @lock
(alter_column) @lock
(modify_column) @lock
(change_column) @lock
