; Definitions. The first pattern that matches a definition says what it is.
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(compact_constructor_declaration name: (identifier) @name) @definition.method
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(class_declaration name: (identifier) @name) @definition.type
(class_declaration name: (identifier) @name superclass: (superclass (_) @supertype)) @definition.type
(class_declaration name: (identifier) @name interfaces: (super_interfaces (type_list (_) @supertype))) @definition.type
(enum_declaration name: (identifier) @name) @definition.type
(enum_declaration name: (identifier) @name interfaces: (super_interfaces (type_list (_) @supertype))) @definition.type
(record_declaration name: (identifier) @name) @definition.type
(record_declaration name: (identifier) @name interfaces: (super_interfaces (type_list (_) @supertype))) @definition.type
(interface_declaration name: (identifier) @name) @definition.interface
(interface_declaration name: (identifier) @name (extends_interfaces (type_list (_) @supertype))) @definition.interface
(annotation_type_declaration name: (identifier) @name) @definition.interface
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(enum_constant name: (identifier) @name) @definition.field

; Imports: the package clause says where the file belongs
(package_declaration) @import
(import_declaration) @import

; Bindings
(formal_parameter name: (identifier) @local)
(local_variable_declaration declarator: (variable_declarator name: (identifier) @local))
(catch_formal_parameter name: (identifier) @local)
(enhanced_for_statement name: (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(inferred_parameters (identifier) @local)
(spread_parameter (variable_declarator name: (identifier) @local))
