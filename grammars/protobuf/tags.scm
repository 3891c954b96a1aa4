; Messages, their fields with type and number (a field has no body, so all of it is its signature), services and calls.
(message (message_name (identifier) @name) (message_body) @body) @definition.message
(enum (enum_name (identifier) @name) (enum_body) @body) @definition.type
(service (service_name (identifier) @name)) @definition.interface
(rpc (rpc_name (identifier) @name)) @definition.method
(field (type) . (identifier) @name) @definition.field
(map_field (identifier) @name (field_number)) @definition.field
(oneof_field (type) . (identifier) @name) @definition.field
(enum_field . (identifier) @name) @definition.field
(oneof . (identifier) @name) @definition.field

; Imports: the package says where the file belongs
(package) @import
(import) @import
(package (full_ident (identifier) @label))
(option (identifier) @label)
(field_option (identifier) @label)
