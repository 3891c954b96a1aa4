; Definitions. The first pattern that matches a definition says what it is.
(function_definition name: (name) @name) @definition.function
(method_declaration name: (name) @name) @definition.method
(class_declaration name: (name) @name) @definition.type
(class_declaration name: (name) @name (base_clause [(name) (qualified_name)] @supertype)) @definition.type
(class_declaration name: (name) @name (class_interface_clause [(name) (qualified_name)] @supertype)) @definition.type
(class_declaration name: (name) @name body: (declaration_list (use_declaration [(name) (qualified_name)] @supertype))) @definition.type
(interface_declaration name: (name) @name) @definition.interface
(interface_declaration name: (name) @name (base_clause [(name) (qualified_name)] @supertype)) @definition.interface
(trait_declaration name: (name) @name) @definition.type
(enum_declaration name: (name) @name) @definition.type
(enum_declaration name: (name) @name (class_interface_clause [(name) (qualified_name)] @supertype)) @definition.type
(enum_case name: (name) @name) @definition.field
(program (const_declaration (const_element . (name) @name) @definition.constant))
(declaration_list (const_declaration (const_element . (name) @name) @definition.constant))
(property_element name: (variable_name (name) @name)) @definition.field
(property_promotion_parameter name: (variable_name (name) @name)) @definition.field

; Imports: the namespace says where the file belongs
(namespace_definition !body) @import
(namespace_definition name: (_) @import body: (_))
(namespace_use_declaration) @import
(require_once_expression) @import
(require_expression) @import
(include_expression) @import
(include_once_expression) @import

; Bindings
(simple_parameter name: (variable_name (name) @local))
(variadic_parameter name: (variable_name (name) @local))
(assignment_expression left: (variable_name (name) @local))
(variable_name (name) @label)
(namespace_definition name: (namespace_name (name) @label))
(argument name: (name) @label)
