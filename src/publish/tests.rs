use std::fs as std_fs;
use std::path::Path;

use super::stage;
use super::*;

/// Publishes files and says what was done.
fn publish(root: &Path, files: &[(&str, &str)]) -> fs::Result<Published> {
    let publisher = Publisher::open(root)?;
    for (path, text) in files {
        publisher.add(Artifact { path: (*path).to_owned(), bytes: text.as_bytes().to_vec() })?;
    }
    publisher.finish()
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std_fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write_new(&path, text.as_bytes()).unwrap();
}

fn text(root: &Path, path: &str) -> Option<String> {
    std_fs::read_to_string(root.join("public").join(path)).ok()
}

#[test]
fn only_differences_are_written_and_what_is_gone_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    let first = publish(root, &[("index.html", "a"), ("x/index.html", "b"), ("y/z/index.html", "c")]).unwrap();
    assert_eq!(first, Published { written: 3, unchanged: 0, removed: 0 });
    let second = publish(root, &[("index.html", "a"), ("x/index.html", "B")]).unwrap();
    assert_eq!(second, Published { written: 1, unchanged: 1, removed: 1 });
    assert_eq!(text(root, "x/index.html").as_deref(), Some("B"));
    assert!(!root.join("public/y").exists() && !root.join(".public.stage").exists());
}

#[cfg(unix)]
#[test]
fn nothing_changed_nothing_moves() {
    use std::os::unix::fs::MetadataExt;
    let dir = tempfile::tempdir().unwrap();
    let inode = || std_fs::metadata(dir.path().join("public")).unwrap().ino();
    publish(dir.path(), &[("a", "1")]).unwrap();
    let before = inode();
    assert_eq!(publish(dir.path(), &[("a", "1")]).unwrap(), Published { written: 0, unchanged: 1, removed: 0 });
    assert_eq!(inode(), before);
    // A hand in the site is undone.
    put(dir.path(), "public/a", "2");
    assert_eq!(publish(dir.path(), &[("a", "1")]).unwrap().written, 1);
    assert_eq!(text(dir.path(), "a").as_deref(), Some("1"));
}

#[cfg(unix)]
#[test]
fn what_casebook_does_not_own_stays() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    publish(root, &[("index.html", "a"), ("x/index.html", "a")]).unwrap();
    put(root, "public/CNAME", "example.org");
    put(root, "public/.git/objects/ab/cd", "blob");
    put(root, "public/x/note.txt", "mine");
    std_fs::create_dir_all(root.join("public/empty/inner")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("public/link")).unwrap();
    publish(root, &[("index.html", "b")]).unwrap();
    for (path, what) in [("CNAME", "example.org"), (".git/objects/ab/cd", "blob"), ("x/note.txt", "mine")] {
        assert_eq!(text(root, path).as_deref(), Some(what), "{path}");
    }
    assert!(root.join("public/empty/inner").is_dir());
    assert_eq!(std_fs::read_link(root.join("public/link")).unwrap(), Path::new("nowhere"));
    assert!(!root.join("public/x/index.html").exists());
}

#[test]
fn a_file_of_somebody_else_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "public/index.html", "mine");
    let error = publish(dir.path(), &[("index.html", "a")]).unwrap_err().to_string();
    assert!(error.contains("index.html") && error.contains("help: move the file away"), "{error}");
    assert_eq!(text(dir.path(), "index.html").as_deref(), Some("mine"));
    // An equal one is taken over.
    assert_eq!(publish(dir.path(), &[("index.html", "mine")]).unwrap().unchanged, 1);
    // A folder stands where a page's file belongs, and the other way round.
    put(dir.path(), "public/note/inner.txt", "mine");
    assert!(publish(dir.path(), &[("index.html", "mine"), ("note", "page")]).is_err());
    put(dir.path(), "public/name", "mine");
    assert!(publish(dir.path(), &[("index.html", "mine"), ("name/index.html", "page")]).is_err());
    assert_eq!(text(dir.path(), "name").as_deref(), Some("mine"));
    assert_eq!(text(dir.path(), "index.html").as_deref(), Some("mine"));
}

#[test]
fn a_killed_build_leaves_the_old_site_and_its_stage_is_cleared() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    publish(root, &[("index.html", "old")]).unwrap();
    put(root, "public/CNAME", "example.org");
    // Killed while filling the stage.
    let publisher = Publisher::open(root).unwrap();
    publisher.add(Artifact { path: "index.html".into(), bytes: b"new".to_vec() }).unwrap();
    publisher.add(Artifact { path: "more.html".into(), bytes: b"new".to_vec() }).unwrap();
    drop(publisher);
    assert_eq!(text(root, "index.html").as_deref(), Some("old"));
    // Killed after the exchange: the old tree lies in the stage, with a file that came in between.
    put(root, ".public.stage/late.txt", "late");
    std_fs::remove_file(root.join(".public.stage/.casebook-unfinished")).unwrap();
    std_fs::copy(root.join("public/.casebook"), root.join(".public.stage/.casebook")).unwrap();
    std_fs::remove_file(root.join(".public.stage/more.html")).unwrap();
    publish(root, &[("index.html", "newer")]).unwrap();
    assert_eq!(text(root, "late.txt").as_deref(), Some("late"));
    assert_eq!(text(root, "CNAME").as_deref(), Some("example.org"));
    assert_eq!(text(root, "index.html").as_deref(), Some("newer"));
    assert!(!root.join("public/more.html").exists());
}

#[test]
fn files_are_replaced_one_by_one_where_folders_can_not_be_exchanged() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    publish(root, &[("index.html", "old"), ("gone/index.html", "old")]).unwrap();
    put(root, "public/CNAME", "example.org");
    let (public, beside) = (root.join("public"), root.join(".public.stage"));
    stage::write(&beside, "index.html", b"new").unwrap();
    let new = Manifest([("index.html".to_owned(), blake3::hash(b"new"))].into());
    stage::one_by_one(&beside, &public, &new, &["index.html".to_owned()], &[&"gone/index.html".to_owned()]).unwrap();
    assert_eq!(text(root, "index.html").as_deref(), Some("new"));
    assert_eq!(text(root, "CNAME").as_deref(), Some("example.org"));
    assert!(!public.join("gone").exists() && !beside.exists());
    assert_eq!(Manifest::read(&public).unwrap(), new);
}

#[test]
fn impossible_paths_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["../x", "/x", "a//b", "a/./b", "", "a\\b", ".casebook"] {
        assert!(publish(dir.path(), &[(path, "x")]).is_err(), "{path}");
    }
    assert!(publish(dir.path(), &[("a", "x"), ("a", "y")]).is_err());
    let _ = publish(dir.path(), &[("a", "x"), ("a/b", "y")]).unwrap_err();
    assert!(!dir.path().join("public").exists());
}

#[cfg(unix)]
#[test]
fn links_out_of_the_archive_are_refused() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(other.path(), dir.path().join("public")).unwrap();
    assert!(publish(dir.path(), &[("a", "x")]).unwrap_err().to_string().contains("out of the archive"));
    std_fs::remove_file(dir.path().join("public")).unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("public")).unwrap();
    assert!(publish(dir.path(), &[("a", "x")]).is_err());
    std_fs::remove_file(dir.path().join("public")).unwrap();
    put(dir.path(), "public", "a file");
    assert!(publish(dir.path(), &[("a", "x")]).is_err());
    std_fs::remove_file(dir.path().join("public")).unwrap();
    // A link that stays in the archive is followed.
    std_fs::create_dir(dir.path().join("site")).unwrap();
    std::os::unix::fs::symlink("site", dir.path().join("public")).unwrap();
    publish(dir.path(), &[("a", "x")]).unwrap();
    assert_eq!(std_fs::read_to_string(dir.path().join("site/a")).unwrap(), "x");
}
