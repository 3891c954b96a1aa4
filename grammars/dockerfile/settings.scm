; Instructions are keys: `FROM.build`, `ENV.PORT`, `RUN`. Several of one name are told apart by what they say.
(from_instruction "FROM" @key (image_spec) @value) @setting
(from_instruction "FROM" @key (image_spec) @value as: (image_alias) @key) @setting
(arg_instruction "ARG" @key) @section
(arg_pair name: (_) @key default: (_)? @value) @setting
(env_instruction "ENV" @key) @section
(env_pair name: (_) @key value: (_)? @value) @setting
(label_instruction "LABEL" @key) @section
(label_pair key: (_) @key value: (_)? @value) @setting
(user_instruction "USER" @key (_) @value) @setting
(workdir_instruction "WORKDIR" @key (_) @value) @setting
(run_instruction "RUN" @key (shell_command) @value) @setting
(run_instruction "RUN" @key (json_string_array) @value) @setting
(source_file (cmd_instruction "CMD" @key (_) @value) @setting)
(entrypoint_instruction "ENTRYPOINT" @key (_) @value) @setting
(stopsignal_instruction "STOPSIGNAL" @key (_) @value) @setting
(shell_instruction "SHELL" @key (_) @value) @setting
; of these all words count
(expose_instruction "EXPOSE" @key) @setting @value
(volume_instruction "VOLUME" @key) @setting @value
(healthcheck_instruction "HEALTHCHECK" @key) @setting @value
(copy_instruction "COPY" @key) @setting @value
(add_instruction "ADD" @key) @setting @value
