(block_mapping_pair key: (_) @key value: (_)? @value) @setting
(flow_pair key: (_) @key value: (_)? @value) @setting
(block_sequence) @list
(flow_sequence) @list
(block_sequence_item) @item
(flow_sequence (_) @item)
; several documents of one file: all but the first are numbered
(document) @document
