; An element with text alone is a setting; any other is a section. Attributes are settings of their element.
(element (STag . "<" . (Name) @key . ">") (content . (CharData) @value .)) @setting
(element (STag . "<" . (Name) @key . ">") (content . (CDSect (CData) @value) .)) @setting
(element (STag . "<" . (Name) @key . ">") . (ETag)) @setting
(element (STag . "<" . (Name) @key)) @section.maybe
(element (EmptyElemTag . "<" . (Name) @key . "/>")) @setting
(element (EmptyElemTag . "<" . (Name) @key)) @section.maybe
(Attribute . (Name) @key (AttValue) @value) @setting
; text beside attributes or other elements
(element (STag (Name) @key (Attribute)) (content (CharData) @value @setting) (#match? @value "\\S"))
(element (STag (Name) @key) (content (element) (CharData) @value @setting) (#match? @value "\\S"))
(element (STag (Name) @key) (content (CharData) @value @setting (element)) (#match? @value "\\S"))
