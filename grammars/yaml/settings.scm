(block_mapping_pair key: (_) @key value: (_)? @value) @setting
(flow_pair key: (_) @key value: (_)? @value) @setting
(block_sequence) @list
(flow_sequence) @list
(block_sequence_item) @item
(flow_sequence (_) @item)
; several documents of one file are told apart as the items of a list are
(stream (document) (document)) @list
(stream (document) @item)
