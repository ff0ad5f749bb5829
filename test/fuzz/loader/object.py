# SPDX-License-Identifier: MIT
"""A cell's file, to be made a bad one."""
import struct

HEADER = "<4s12sHHIQQQIHHHHHH"
SECTION = "<IIQQQQIIQQ"
SYMBOL = "<IBBHQQ"
RELOCATION = "<QIIq"
FIELDS = ("name", "type", "flags", "addr", "offset", "size", "link", "info", "addralign", "entsize")


class Object:
    """Sections are dictionaries of FIELDS; data() reads them, write() makes the file."""

    def __init__(self, content):
        self.content = bytearray(content)
        header = struct.unpack_from(HEADER, content)
        self.sections = [dict(zip(FIELDS, struct.unpack_from(SECTION, content, header[7] + 64 * i)))
                         for i in range(header[13])]
        names = self.data(header[14])
        self.names = [self.string(names, section["name"]) for section in self.sections]

    @staticmethod
    def string(table, offset):
        return bytes(table[offset:table.index(b"\0", offset)]).decode()

    def data(self, index):
        section = self.sections[index]
        return self.content[section["offset"]:section["offset"] + section["size"]]

    def index(self, name):
        return self.names.index(name)

    def set_data(self, index, data):
        """Behind the rest of the file, where nothing else moves."""
        self.content += bytes(-len(self.content) % 8)
        self.sections[index].update(offset=len(self.content), size=len(data))
        self.content += data

    def add(self, like, data, **fields):
        """One more section, like another one; gives its index."""
        self.sections.append({**self.sections[like], **fields})
        self.names.append(self.names[like])
        self.set_data(len(self.sections) - 1, data)
        return len(self.sections) - 1

    def entries(self, name, form):
        data = self.data(self.index(name))
        return [list(entry) for entry in struct.iter_unpack(form, data)]

    def set_entries(self, name, form, entries):
        self.set_data(self.index(name), b"".join(struct.pack(form, *entry) for entry in entries))

    def symbol_names(self):
        strings = self.data(self.index(".strtab"))
        return [self.string(strings, symbol[0]) for symbol in self.entries(".symtab", SYMBOL)]

    def add_string(self, text):
        strings = self.data(self.index(".strtab"))
        self.set_data(self.index(".strtab"), strings + text + b"\0")
        return len(strings)

    def write(self):
        content = self.content + bytes(-len(self.content) % 8)
        struct.pack_into("<Q", content, 40, len(content))
        struct.pack_into("<H", content, 60, len(self.sections))
        for section in self.sections:
            content += struct.pack(SECTION, *(section[field] for field in FIELDS))
        return bytes(content)
