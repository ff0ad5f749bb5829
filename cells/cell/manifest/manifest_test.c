// SPDX-License-Identifier: MIT
#include <cell/manifest.h>
#include <cell/test.h>

#define LEAST "manifest: 1.0\nname: shell\nversion: 0.1.0\nkind: application\n"

static enum status parsed(const char *source)
{
    struct manifest manifest;
    const char *reason;
    const enum status status = manifest_parse(text_of(source), &manifest, &reason);
    const bool consistent = (status == STATUS_OK) == !reason;
    const bool empty = manifest.name.length == 0 && manifest.needs.length == 0;
    return consistent && empty == (status != STATUS_OK) ? status : STATUS_INTERNAL;
}

static bool is(struct text text, const char *expected)
{
    return text_equal(text, text_of(expected));
}

TEST(a_full_manifest_is_parsed)
{
    struct manifest manifest;
    const char *reason;
    EXPECT_STATUS(STATUS_OK, manifest_parse(text_of("manifest: 1.0\n"
                                                    "name: nvme_disk2\n"
                                                    "version: 1.22.333-rc.1\n"
                                                    "kind: driver\n"
                                                    "license: MIT OR Apache-2.0\n"
                                                    "purpose: Talks: to disks.\n"
                                                    "needs: pci interrupts heap\n"
                                                    "capabilities: port_io msr\n"
                                                    "guards: port_io msr=nvme_reset\n"
                                                    "start: nvme_start\n"
                                                    "evolved_from: nvme_evolved_from\n"
                                                    "stop: nvme_stop\n"
                                                    "renames: old_name=new_name A1=_b\n"),
                                            &manifest, &reason));
    EXPECT(!reason && manifest.kind == CELL_DRIVER);
    EXPECT(is(manifest.name, "nvme_disk2") && is(manifest.version, "1.22.333-rc.1"));
    EXPECT(is(manifest.license, "MIT OR Apache-2.0") && is(manifest.purpose, "Talks: to disks."));
    EXPECT(is(manifest.needs, "pci interrupts heap") && is(manifest.capabilities, "port_io msr"));
    EXPECT(is(manifest.guards, "port_io msr=nvme_reset"));
    EXPECT(is(manifest.start, "nvme_start") && is(manifest.evolved_from, "nvme_evolved_from"));
    EXPECT(is(manifest.stop, "nvme_stop") && is(manifest.renames, "old_name=new_name A1=_b"));
}

TEST(what_is_absent_is_empty)
{
    struct manifest manifest;
    const char *reason;
    EXPECT_STATUS(STATUS_OK, manifest_parse(text_of(LEAST), &manifest, &reason));
    EXPECT(manifest.kind == CELL_APPLICATION && is(manifest.name, "shell"));
    EXPECT(is(manifest.kind_name, "application"));
    EXPECT(manifest.needs.length == 0 && manifest.start.length == 0 && manifest.stop.length == 0);
}

TEST(each_kind_has_a_name)
{
    EXPECT(is(text_of(cell_kind_name(CELL_KERNEL)), "kernel"));
    EXPECT(is(text_of(cell_kind_name(CELL_DRIVER)), "driver"));
    EXPECT(is(text_of(cell_kind_name(CELL_APPLICATION)), "application"));
}

TEST(a_newer_minor_version_may_have_unknown_keys)
{
    EXPECT_STATUS(STATUS_OK, parsed("manifest: 1.7\nname: a\nversion: 0.1.0\nkind: kernel\n"
                                    "colour: blue\ncolour: \n"));
}

TEST(a_newer_major_version_is_unsupported)
{
    EXPECT_STATUS(STATUS_UNSUPPORTED, parsed("manifest: 2.0\nname: a\n"));
    EXPECT_STATUS(STATUS_UNSUPPORTED, parsed("manifest: 10.0\n"));
}

TEST(the_version_of_the_format_comes_first_and_once)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed(""));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("name: a\nmanifest: 1.0\nversion: 0.1.0\nkind: kernel\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "manifest: 1.0\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 0.1\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0.0\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 4294967297.0\n"));
}

TEST(name_version_and_kind_are_required)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0\nversion: 0.1.0\nkind: kernel\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0\nname: a\nkind: kernel\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0\nname: a\nversion: 0.1.0\n"));
}

TEST(a_key_comes_once)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "name: shell\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "kind: application\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs: a\nneeds: b\n"));
}

TEST(a_line_is_a_key_and_a_value_and_ends)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs:\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs:heap\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST ": heap\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs: heap"));
}

TEST(a_byte_that_is_not_printable_is_damage)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "purpose: \033[2J\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "purpose: a\tb\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "colour: \x80\n"));
    struct manifest manifest;
    const char *reason;
    static const char zero[] = LEAST "purpose: a\0b\n";
    const struct text source = {zero, sizeof zero - 1};
    EXPECT_STATUS(STATUS_DAMAGED, manifest_parse(source, &manifest, &reason));
}

TEST(a_name_is_one_of_a_cell_or_of_c)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs: heap Pages\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs: 2heap\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "needs: \n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "capabilities: port-io\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "start: 1start\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "start: one two\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "stop: stop()\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "evolved_from:  padded\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "renames: a=b c\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "renames: a=b=c\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(LEAST "renames: =b\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0\nname: ../a\nversion: 1.0.0\n"));
}

TEST(a_version_is_three_numbers)
{
#define WITH_VERSION(version) "manifest: 1.0\nname: a\nkind: kernel\nversion: " version "\n"
    EXPECT_STATUS(STATUS_OK, parsed(WITH_VERSION("1.2.3+build-5")));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(WITH_VERSION("1.2")));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(WITH_VERSION("1.2.3.4")));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(WITH_VERSION("1.2.3-")));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(WITH_VERSION("1.2.3-a b")));
    EXPECT_STATUS(STATUS_DAMAGED, parsed(WITH_VERSION("1.2.1234567890")));
}

TEST(a_kind_is_one_of_three)
{
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0\nname: a\nversion: 0.1.0\nkind: ghost\n"));
    EXPECT_STATUS(STATUS_DAMAGED, parsed("manifest: 1.0\nname: a\nversion: 0.1.0\nkind: Driver\n"));
}
