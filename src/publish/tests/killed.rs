//! Every state in which a killed build can leave its stage.

use super::*;

/// An archive with two sites behind it: `public/` holds ONE and what others put there, the stage a kept tree.
fn archive() -> Archive {
    let archive = Archive::new();
    archive.build(TWO);
    archive.build(ONE);
    add_foreign(&archive);
    archive
}

/// The stage of a build of TWO, complete and linked, as it is just before the exchange.
fn complete(archive: &Archive) {
    let stopped =
        archive.open(TWO).unwrap().finish_by(|_, _| Err(crate::fs::Error::new("be", Path::new(""), "killed")));
    assert!(stopped.is_err());
    assert_eq!(fs::read_to_string(archive.stage("state")).unwrap(), "exchanging\n");
    archive.assert_site(&with_foreign(ONE));
}

fn exchange(archive: &Archive) {
    assert!(crate::fs::exchange(&archive.stage("tree"), &archive.public("")).unwrap());
}

#[test]
fn while_it_was_linking() {
    let archive = archive();
    complete(&archive);
    fs::write(archive.stage("state"), "linking\n").unwrap();
    fs::remove_file(archive.stage("tree/a/index.html")).unwrap();
    archive.build(TWO);
    archive.assert_site(&with_foreign(TWO));
}

#[test]
fn before_the_exchange() {
    let archive = archive();
    complete(&archive);
    archive.build(TWO);
    archive.assert_site(&with_foreign(TWO));
}

#[test]
fn after_the_exchange() {
    let archive = archive();
    complete(&archive);
    exchange(&archive);
    archive.assert_site(&with_foreign(TWO));
    assert_eq!(archive.build(TWO), (0, 3, 0));
    archive.assert_site(&with_foreign(TWO));
    // Everything of somebody else's is gone from the old tree, so it may go at any time.
    assert!(!archive.stage("tree/CNAME").exists());
    assert!(!archive.stage("state").exists());
}

#[test]
fn after_the_exchange_with_the_only_copy_in_the_old_tree() {
    let archive = archive();
    complete(&archive);
    archive.put("public/late.txt", "late");
    archive.put("public/new/late.txt", "late");
    fs::create_dir(archive.public("late-empty")).unwrap();
    symlink("x", archive.public("late-link")).unwrap();
    exchange(&archive);
    assert!(!archive.public("late.txt").exists());
    archive.build(ONE);
    let late = [("late.txt", "late"), ("new/late.txt", "late"), ("late-empty", "(folder)"), ("late-link", "-> x")];
    archive.assert_site(&with_foreign(ONE).into_iter().chain(late).collect::<Vec<_>>());
}

#[test]
fn while_it_was_carrying_over() {
    let archive = archive();
    complete(&archive);
    archive.put("public/late.txt", "late");
    exchange(&archive);
    // Half of it is done.
    fs::remove_file(archive.stage("tree/.nojekyll")).unwrap();
    fs::rename(archive.stage("tree/late.txt"), archive.public("late.txt")).unwrap();
    archive.build(ONE);
    archive.assert_site(&with_foreign(ONE).into_iter().chain([("late.txt", "late")]).collect::<Vec<_>>());
}

#[test]
fn a_file_that_changed_on_both_sides_is_saved() {
    let archive = archive();
    complete(&archive);
    exchange(&archive);
    // Both were replaced after they were linked, the one in `public/` later.
    for (path, second) in [(archive.stage("tree/CNAME"), 1), (archive.public("CNAME"), 2)] {
        fs::remove_file(&path).unwrap();
        fs::write(&path, format!("number {second}")).unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(second);
        fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }
    let published = archive.try_build(TWO).unwrap();
    assert_eq!(fs::read_to_string(archive.public("CNAME")).unwrap(), "number 2");
    let [saved] = &*published.saved else { panic!("{published:?}") };
    assert_eq!(fs::read_to_string(saved).unwrap(), "number 1");
}

#[test]
fn a_later_file_in_the_old_tree_takes_its_place_again() {
    let archive = archive();
    complete(&archive);
    fs::remove_file(archive.public("CNAME")).unwrap();
    fs::write(archive.public("CNAME"), "later").unwrap();
    exchange(&archive);
    let old = fs::File::options().write(true).open(archive.public("CNAME")).unwrap();
    old.set_modified(std::time::UNIX_EPOCH).unwrap();
    let published = archive.try_build(TWO).unwrap();
    assert_eq!(fs::read_to_string(archive.public("CNAME")).unwrap(), "later");
    assert_eq!(published.saved.len(), 1);
}

#[test]
fn before_the_first_site_was_there() {
    let archive = Archive::new();
    archive.put(".public.stage/tree/index.html", "torn");
    archive.put(".public.stage/tree/gone/index.html", "of another site");
    archive.build(ONE);
    archive.assert_site(ONE);
}

#[test]
fn public_was_deleted_after_the_kill() {
    let archive = archive();
    complete(&archive);
    exchange(&archive);
    fs::remove_dir_all(archive.public("")).unwrap();
    archive.build(ONE);
    // Of what was somebody else's, nobody knows that it was deleted on purpose.
    archive.assert_site(&with_foreign(ONE));
}

#[test]
fn while_it_replaced_files_in_place() {
    let archive = archive();
    // The list says both sites; one page is new, one half-written beside its place, nothing was removed yet.
    let (old, new) = (Manifest::read(&archive.public("")).unwrap(), {
        let hash = |text: &str| blake3::hash(text.as_bytes());
        TWO.iter().map(|(path, text)| ((*path).to_owned(), hash(text))).collect::<Manifest>()
    });
    in_place::write_list(&archive.public(""), &old.union(&new)).unwrap();
    archive.put("public/d/index.html", "d");
    archive.put("public/index.html.casebook-new", "tw");
    archive.build_in_place(TWO);
    archive.assert_site(&with_foreign(TWO));
    archive.put("public/index.html.casebook-new", "tw");
    archive.build(ONE);
    archive.assert_site(&with_foreign(ONE));
}

#[test]
fn links_in_a_stage_that_came_with_the_archive_lead_nowhere() {
    let archive = Archive::new();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir_all(archive.stage("tree")).unwrap();
    symlink(outside.path(), archive.stage("tree/a")).unwrap();
    symlink(outside.path().join("x"), archive.stage("tree/index.html")).unwrap();
    archive.build(ONE);
    archive.assert_site(ONE);

    fs::create_dir_all(archive.stage("")).unwrap();
    symlink(outside.path(), archive.stage("tree")).unwrap();
    archive.build(TWO);
    archive.assert_site(TWO);

    // A way out through `public/` is not taken either.
    symlink(outside.path(), archive.public("out")).unwrap();
    archive.put(".public.stage/tree/out/x", "x");
    archive.put(".public.stage/state", "exchanging\n");
    symlink(outside.path(), archive.stage("saved")).unwrap();
    let published = archive.try_build(ONE).unwrap();
    assert_eq!(published.saved.len(), 1);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}
