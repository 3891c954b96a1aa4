; Definitions: what a schema holds, and what a migration does to it (the operation itself is a construct of risk.scm).
(create_table (object_reference name: (identifier) @name) (column_definitions)? @body) @definition.table
(create_view (object_reference name: (identifier) @name) (create_query)? @body) @definition.table
(create_materialized_view (object_reference name: (identifier) @name)) @definition.table
(create_type (object_reference name: (identifier) @name)) @definition.type
(create_function (object_reference name: (identifier) @name) (function_arguments)? @parameters (function_body)? @body) @definition.function
(create_trigger (object_reference name: (identifier) @name)) @definition.function
(create_table (column_definitions (column_definition name: (identifier) @name) @definition.field))
(create_index column: (identifier) @name) @definition.constant
(create_schema (identifier) @name) @definition.module
(create_sequence (object_reference name: (identifier) @name)) @definition.constant
