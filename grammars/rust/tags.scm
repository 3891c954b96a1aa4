; Definitions. The first pattern that matches a definition says what it is.
(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(struct_item name: (type_identifier) @name) @definition.type
(enum_item name: (type_identifier) @name) @definition.type
(union_item name: (type_identifier) @name) @definition.type
(type_item name: (type_identifier) @name) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(trait_item name: (type_identifier) @name) @definition.interface
(trait_item name: (type_identifier) @name bounds: (trait_bounds (_) @supertype)) @definition.interface
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.constant
(macro_definition name: (identifier) @name) @definition.macro
(mod_item name: (identifier) @name body: (_)) @definition.module
(field_declaration name: (field_identifier) @name) @definition.field
(enum_variant name: (identifier) @name) @definition.field

; `impl` blocks lend their type, and their trait, to what stands in them
(impl_item type: (_) @scope !trait) @region
(impl_item trait: (_) @supertype type: (_) @scope) @region

; Imports
(use_declaration) @import
(extern_crate_declaration) @import
(mod_item !body) @import

; Bindings
(parameter pattern: (identifier) @local)
(let_declaration pattern: (identifier) @local)
(closure_parameters (identifier) @local)
(closure_parameters (_ (identifier) @local))
(for_expression pattern: (identifier) @local)
(for_expression pattern: (_ (identifier) @local))
(let_condition pattern: (identifier) @local)
(tuple_pattern (identifier) @local)
(mut_pattern (identifier) @local)
(ref_pattern (identifier) @local)
(ref_pattern (mut_pattern (identifier) @local))
(reference_pattern (identifier) @local)
(captured_pattern . (identifier) @local)
(slice_pattern (identifier) @local)
(field_pattern name: (shorthand_field_identifier) @local)
((tuple_struct_pattern (identifier) @local) (#match? @local "^[a-z_]"))
((match_pattern (identifier) @local) (#match? @local "^[a-z_]"))
