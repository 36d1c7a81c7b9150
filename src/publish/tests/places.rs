//! Where `public/` may lie.

use super::*;

fn refused(archive: &Archive) -> String {
    let error = archive.error(ONE);
    assert!(error.contains("help: "), "{error}");
    error
}

#[test]
fn a_file_in_the_place_of_the_folder_is_refused() {
    for name in ["public", "index"] {
        let archive = Archive::new();
        archive.put(name, "x");
        assert!(refused(&archive).contains("a file stands in its place"));
        assert_eq!(fs::read_to_string(archive.root().join(name)).unwrap(), "x");
    }
}

#[test]
fn links_out_of_the_archive_and_to_nowhere_are_refused() {
    let outside = tempfile::tempdir().unwrap();
    for name in ["public", "index"] {
        for (target, why) in [(outside.path(), "out of the archive"), (Path::new("nowhere"), "leads nowhere")] {
            let archive = Archive::new();
            symlink(target, archive.root().join(name)).unwrap();
            assert!(refused(&archive).contains(why));
        }
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_link_to_what_the_archive_is_made_from_is_refused() {
    for target in [".", "content", "content/essays", "index"] {
        let archive = Archive::new();
        fs::create_dir_all(archive.root().join("content/essays")).unwrap();
        fs::create_dir(archive.root().join("index")).unwrap();
        symlink(target, archive.root().join("public")).unwrap();
        assert!(refused(&archive).contains("public"), "{target}");
    }
}

#[test]
fn a_link_inside_the_archive_is_followed() {
    let archive = Archive::new();
    fs::create_dir_all(archive.root().join("out/site")).unwrap();
    symlink("out/site", archive.root().join("public")).unwrap();
    for files in [ONE, TWO, ONE] {
        archive.build(files);
        archive.assert_site(files);
        assert!(fs::symlink_metadata(archive.root().join("public")).unwrap().is_symlink());
    }
    assert!(!archive.stage("").exists());
    assert!(archive.root().join("out/.site.stage").exists());
}

#[test]
fn something_in_the_place_of_the_stage_is_refused() {
    let archive = Archive::new();
    archive.put(".public.stage", "x");
    assert!(refused(&archive).contains(".public.stage"));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let archive = Archive::new();
    archive.build(ONE);
    let may_write = |mode| fs::set_permissions(archive.root(), fs::Permissions::from_mode(mode)).unwrap();
    may_write(0o555);
    if fs::write(archive.root().join("probe"), "").is_ok() {
        // Root may write anywhere.
        may_write(0o755);
        return;
    }
    let error = archive.error(TWO);
    may_write(0o755);
    assert!(error.contains(".public.stage"), "{error}");
    archive.assert_site(ONE);
}
