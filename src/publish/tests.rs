//! Publications in temporary archives, with the states that a killed build leaves made by hand.

#![expect(clippy::disallowed_methods, reason = "tests set up what is there before a build")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::*;

type Files<'a> = &'a [(&'a str, &'a str)];

struct Archive(tempfile::TempDir);

impl Archive {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn public(&self, path: &str) -> PathBuf {
        self.root().join("public").join(path)
    }

    fn stage(&self, path: &str) -> PathBuf {
        self.root().join(".public.stage").join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn open(&self, files: Files<'_>) -> Result<Publisher> {
        let publisher = Publisher::open(self.root(), self.root().join("stamps"))?;
        let add =
            |&(path, text): &(&str, &str)| publisher.add(Artifact { path: path.into(), bytes: text.into() }).map(drop);
        files.par_iter().try_for_each(add)?;
        Ok(publisher)
    }

    fn try_build(&self, files: Files<'_>) -> Result<Published> {
        self.open(files)?.finish()
    }

    fn build(&self, files: Files<'_>) -> (usize, usize, usize) {
        counts(&self.try_build(files).unwrap())
    }

    /// As on a system that can't exchange folders.
    fn build_in_place(&self, files: Files<'_>) -> (usize, usize, usize) {
        counts(&self.open(files).unwrap().finish_by(|_, _| Ok(false)).unwrap())
    }

    fn error(&self, files: Files<'_>) -> String {
        self.try_build(files).unwrap_err().to_string()
    }

    /// Everything in `public/` but the list: files with their text, links with `->`, folders that nobody needs.
    fn site(&self) -> BTreeMap<String, String> {
        let public = self.public("");
        let entries = crate::fs::tree(&public).unwrap();
        let text = |path: &Path| match fs::read_link(public.join(path)) {
            Ok(target) => format!("-> {}", target.display()),
            Err(_) if public.join(path).is_dir() => "(folder)".to_owned(),
            Err(_) => fs::read_to_string(public.join(path)).unwrap(),
        };
        let is_parent = |path: &Path| entries.iter().any(|other| other.path.parent() == Some(path));
        let shown = entries.iter().filter(|entry| entry.path != Path::new(NAME) && !is_parent(&entry.path));
        shown.map(|entry| (entry.path.display().to_string(), text(&entry.path))).collect()
    }

    fn inode(&self, path: &str) -> u64 {
        fs::symlink_metadata(self.root().join(path)).unwrap().ino()
    }

    fn assert_site(&self, files: Files<'_>) {
        let wanted = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(self.site(), wanted);
    }
}

fn counts(published: &Published) -> (usize, usize, usize) {
    assert_eq!(published.saved, Vec::<PathBuf>::new());
    (published.written, published.unchanged, published.removed)
}

const ONE: Files<'_> = &[("index.html", "one"), ("a/index.html", "a"), ("b/c/index.html", "c")];
const TWO: Files<'_> = &[("index.html", "two"), ("a/index.html", "a"), ("d/index.html", "d")];

#[test]
fn a_site_is_made_changed_and_left_alone() {
    let archive = Archive::new();
    assert_eq!(archive.build(ONE), (3, 0, 0));
    archive.assert_site(ONE);
    assert!(!archive.stage("").exists());
    assert_eq!(archive.build(TWO), (2, 1, 1));
    archive.assert_site(TWO);
    let before = (archive.inode("public"), archive.inode("public/.casebook"));
    assert_eq!(archive.build(TWO), (0, 3, 0));
    assert_eq!((archive.inode("public"), archive.inode("public/.casebook")), before);
    // The kept tree is brought up to date, back and forth.
    for (files, wanted) in [(ONE, (2, 1, 1)), (TWO, (2, 1, 1)), (&[], (0, 0, 3)), (ONE, (3, 0, 0))] {
        assert_eq!(archive.build(files), wanted);
        archive.assert_site(files);
    }
}

#[test]
fn the_list_depends_on_the_site_alone() {
    let (archive, other) = (Archive::new(), Archive::new());
    archive.build(ONE);
    archive.build(TWO);
    let turned: Vec<_> = TWO.iter().rev().copied().collect();
    other.build(&turned);
    let list = |archive: &Archive| fs::read_to_string(archive.public(NAME)).unwrap();
    assert_eq!(list(&archive), list(&other));
    assert!(list(&archive).starts_with("casebook manifest 1\n"));
}

const FOREIGN: Files<'_> = &[
    (".git/objects/ab/cd", "object"),
    (".nojekyll", ""),
    ("CNAME", "example.org"),
    ("a/mine.txt", "mine"),
    ("b/c/deep/mine.txt", "mine too"),
    ("empty/folder", "(folder)"),
    ("link", "-> a"),
    ("nowhere", "-> /does/not/exist"),
];

/// Puts what casebook does not own into `public/`.
fn add_foreign(archive: &Archive) {
    for (path, text) in FOREIGN {
        match text.strip_prefix("-> ") {
            Some(target) => symlink(target, archive.public(path)).unwrap(),
            None if *text == "(folder)" => fs::create_dir_all(archive.public(path)).unwrap(),
            None => archive.put(&format!("public/{path}"), text),
        }
    }
    fs::set_permissions(archive.public("empty"), fs::Permissions::from_mode(0o750)).unwrap();
}

fn with_foreign(files: Files<'_>) -> Vec<(&str, &str)> {
    files.iter().chain(FOREIGN).copied().collect()
}

fn moves_along(build: impl Fn(&Archive, Files<'_>) -> (usize, usize, usize)) {
    let archive = Archive::new();
    archive.build(ONE);
    add_foreign(&archive);
    let inode = archive.inode("public/CNAME");
    for files in [TWO, TWO, ONE, &[], ONE] {
        build(&archive, files);
        archive.assert_site(&with_foreign(files));
    }
    assert_eq!(archive.inode("public/CNAME"), inode);
    assert_eq!(fs::metadata(archive.public("empty")).unwrap().mode() & 0o777, 0o750);
    // What its owner deletes does not come back.
    fs::remove_file(archive.public("CNAME")).unwrap();
    fs::remove_dir_all(archive.public(".git")).unwrap();
    build(&archive, TWO);
    assert!(!archive.public("CNAME").exists() && !archive.public(".git").exists());
}

#[test]
fn what_casebook_does_not_own_moves_along() {
    moves_along(Archive::build);
}

#[test]
fn what_casebook_does_not_own_stays_where_folders_cannot_be_exchanged() {
    moves_along(Archive::build_in_place);
}

#[test]
fn a_folder_that_was_there_before_the_first_build_moves_along() {
    let archive = Archive::new();
    add_foreign(&archive);
    archive.build(ONE);
    archive.assert_site(&with_foreign(ONE));
}

#[test]
fn names_that_are_not_utf8_move_along() {
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::new();
    archive.build(ONE);
    let name = OsStr::from_bytes(b"caf\xe9");
    fs::write(archive.public("").join(name), "x").unwrap();
    archive.build(TWO);
    assert_eq!(fs::read(archive.public("").join(name)).unwrap(), b"x");
}

#[test]
fn hand_edited_and_deleted_files_are_restored() {
    let archive = Archive::new();
    archive.build(ONE);
    archive.build(TWO);
    fs::write(archive.public("index.html"), "edited").unwrap();
    fs::remove_dir_all(archive.public("d")).unwrap();
    assert_eq!(archive.build(TWO), (2, 1, 0));
    archive.assert_site(TWO);
}

#[test]
fn a_file_that_is_there_is_never_written_into() {
    for build in [Archive::build, Archive::build_in_place] {
        let archive = Archive::new();
        archive.build(ONE);
        fs::hard_link(archive.public("index.html"), archive.root().join("kept")).unwrap();
        fs::hard_link(archive.public(NAME), archive.root().join("list")).unwrap();
        let list = fs::read(archive.root().join("list")).unwrap();
        for files in [TWO, ONE, TWO, &[]] {
            build(&archive, files);
        }
        assert_eq!(fs::read_to_string(archive.root().join("kept")).unwrap(), "one");
        assert_eq!(fs::read(archive.root().join("list")).unwrap(), list);
    }
}

#[test]
fn an_unchanged_file_is_shared() {
    let archive = Archive::new();
    archive.build(ONE);
    let inode = archive.inode("public/a/index.html");
    archive.build(TWO);
    assert_eq!(archive.inode("public/a/index.html"), inode);
}

#[test]
fn an_unowned_file_in_the_way_is_an_error_and_an_equal_one_is_adopted() {
    let archive = Archive::new();
    archive.put("public/index.html", "somebody's");
    archive.put("public/a/index.html", "a");
    let error = archive.error(ONE);
    assert!(error.contains("public/index.html") && error.contains("move it away or delete it"), "{error}");
    archive.assert_site(&[("index.html", "somebody's"), ("a/index.html", "a")]);
    assert!(!archive.public(NAME).exists());

    archive.put("public/index.html", "one");
    assert_eq!(archive.build(ONE), (1, 2, 0));
    assert_eq!(archive.build(TWO), (2, 1, 1));
    archive.assert_site(TWO);
}

type Set = fn(&Archive, &Path);

#[test]
fn links_and_folders_in_the_way_are_errors() {
    let outside = tempfile::tempdir().unwrap();
    let ways: [(&str, Set); 4] = [
        ("public/d", |archive, outside| symlink(outside, archive.public("d")).unwrap()),
        ("public/d/index.html", |archive, _| fs::create_dir_all(archive.public("d/index.html")).unwrap()),
        ("public/index.html", |archive, outside| {
            fs::remove_file(archive.public("index.html")).unwrap();
            symlink(outside.join("x"), archive.public("index.html")).unwrap();
        }),
        ("public/.casebook", |archive, outside| {
            fs::remove_file(archive.public(NAME)).unwrap();
            symlink(outside.join("x"), archive.public(NAME)).unwrap();
        }),
    ];
    for (named, set) in ways {
        let archive = Archive::new();
        archive.build(ONE);
        set(&archive, outside.path());
        let before = archive.site();
        let error = archive.error(TWO);
        assert!(error.contains(named), "{named}: {error}");
        assert_eq!(archive.site(), before);
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_file_can_become_a_folder_and_a_folder_a_file() {
    let (file, folder): (Files<'_>, Files<'_>) =
        (&[("x", "file"), ("y/z", "z")], &[("x/1", "1"), ("x/2", "2"), ("y", "file")]);
    for build in [Archive::build, Archive::build_in_place] {
        let archive = Archive::new();
        for files in [file, folder, file, folder] {
            build(&archive, files);
            archive.assert_site(files);
        }
    }
}

#[test]
fn paths_that_leave_or_collide_are_errors() {
    let archive = Archive::new();
    for path in ["/x", "../x", "a/../x", "a//x", "", "a/", "./a", "a\\b", "a\nb", NAME, "x.casebook-new", ".casebook/x"]
    {
        assert!(archive.open(&[(path, "")]).is_err(), "{path:?}");
    }
    for files in [&[("a", "1"), ("a", "1")], &[("a", "1"), ("a/b", "2")], &[("a/b/c", "1"), ("a", "2")]] {
        assert!(archive.open(files).is_err(), "{files:?}");
    }
    assert!(!archive.public("").exists());
}

#[test]
fn an_unfinished_publication_changes_nothing() {
    let archive = Archive::new();
    drop(archive.open(ONE).unwrap());
    assert!(!archive.public("").exists());
    archive.build(ONE);
    add_foreign(&archive);
    let before = (archive.site(), archive.inode("public"));
    drop(archive.open(TWO).unwrap());
    assert_eq!((archive.site(), archive.inode("public")), before);
    // What was left is of no account, be it torn.
    archive.put(".public.stage/tree/index.html", "torn");
    archive.build(TWO);
    archive.assert_site(&with_foreign(TWO));
}

#[test]
fn a_list_of_another_version_owns_what_is_just_as_it_says() {
    let archive = Archive::new();
    archive.build(ONE);
    let list = fs::read_to_string(archive.public(NAME)).unwrap();
    fs::write(archive.public(NAME), list.replace("manifest 1", "manifest 9")).unwrap();
    fs::write(archive.public("b/c/index.html"), "edited").unwrap();
    assert_eq!(archive.build(TWO), (2, 1, 0));
    let kept = [("b/c/index.html", "edited")];
    archive.assert_site(&TWO.iter().chain(&kept).copied().collect::<Vec<_>>());
    // Without any list, nothing but what is equal is ours.
    fs::write(archive.public(NAME), "").unwrap();
    assert!(archive.error(ONE).contains("public/b/c/index.html"));
}

#[test]
fn a_list_cannot_make_us_remove_what_lies_outside() {
    let archive = Archive::new();
    archive.build(ONE);
    archive.put("precious", "x");
    let list = fs::read_to_string(archive.public(NAME)).unwrap();
    fs::write(archive.public(NAME), format!("{list}{}  ../precious\n", blake3::hash(b"x"))).unwrap();
    archive.build(TWO);
    assert!(archive.root().join("precious").exists());
    archive.assert_site(TWO);
}

#[test]
fn two_builds_wait_for_each_other() {
    let archive = Archive::new();
    let sites: Vec<Vec<_>> = (0..8).map(|_| [ONE, TWO].concat()).collect();
    let root = archive.root();
    std::thread::scope(|scope| {
        for at in 0..sites.len() {
            scope.spawn(move || {
                let publisher = Publisher::open(root, root.join("stamps")).unwrap();
                for (path, text) in if at % 2 == 0 { ONE } else { TWO } {
                    publisher.add(Artifact { path: (*path).into(), bytes: (*text).into() }).unwrap();
                }
                publisher.finish().unwrap();
            });
        }
    });
    archive.build(ONE);
    archive.assert_site(ONE);
}

mod killed;
mod places;
