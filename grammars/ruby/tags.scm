; Definitions. The first pattern that matches a definition says what it is.
(method name: (_) @name) @definition.function
(singleton_method name: (_) @name) @definition.method
(class name: [(constant) @name (scope_resolution scope: (_) @scope name: (constant) @name) (scope_resolution !scope name: (constant) @name)]) @definition.type
(class name: [(constant) @name (scope_resolution scope: (_) @scope name: (constant) @name)] superclass: (superclass [(constant) (scope_resolution)] @supertype)) @definition.type
(class name: [(constant) @name (scope_resolution scope: (_) @scope name: (constant) @name)] body: (body_statement (call method: (identifier) @_m arguments: (argument_list [(constant) (scope_resolution)] @supertype))) (#any-of? @_m "include" "prepend" "extend")) @definition.type
(module name: [(constant) @name (scope_resolution scope: (_) @scope name: (constant) @name) (scope_resolution !scope name: (constant) @name)]) @definition.module
(program (assignment left: (constant) @name) @definition.constant)
(body_statement (assignment left: (constant) @name) @definition.constant)
(call method: (identifier) @_m arguments: (argument_list . (simple_symbol) @name) (#any-of? @_m "attr_reader" "attr_accessor" "attr_writer" "has_many" "has_one" "belongs_to" "scope" "delegate" "define_method")) @definition.field
(alias name: (_) @name) @definition.method
(call method: (identifier) @_m arguments: (argument_list . (simple_symbol) @name) (#eq? @_m "alias_method")) @definition.method

; Imports
(call !receiver method: (identifier) @_m (#any-of? @_m "require" "require_relative" "load" "autoload")) @import

; Bindings
(method_parameters (identifier) @local)
(optional_parameter name: (identifier) @local)
(keyword_parameter name: (identifier) @local)
(splat_parameter name: (identifier) @local)
(hash_splat_parameter name: (identifier) @local)
(block_parameter name: (identifier) @local)
(block_parameters (identifier) @local)
(exception_variable (identifier) @local)
(assignment left: (identifier) @local)
(left_assignment_list (identifier) @local)
(pair key: (hash_key_symbol) @label)
