//! The picture by which an authenticator app learns its secret. Whoever reads it knows the secret, so
//! that its text is wiped like the secret itself.
//!
//! Limits: of the library that lays it out stay the modules where it worked, dark and light.

use std::fmt::{self, Write};

use qrcode::{Color, QrCode};
use zeroize::Zeroizing;

/// Modules that stay light on each side, as ISO/IEC 18004 asks for.
const QUIET: usize = 4;
/// How many pixels a module is wide where nothing else is said.
const PIXELS: usize = 8;
/// The longest that is written of one row of dark modules: `M170 170h170v1H170z`.
const OF_A_RUN: usize = 20;
/// What is written beside them.
const AROUND: usize = 320;

/// The QR code of a text as SVG; nothing if it is too long for one.
pub(crate) fn qr_svg(text: &str) -> Option<Zeroizing<String>> {
    let Ok(code) = QrCode::new(text.as_bytes()) else { return None };
    let width = code.width();
    let modules = code.into_colors();
    let rows = || modules.chunks(width.max(1)).enumerate().flat_map(|(y, row)| runs(y, row));
    // Room for all of it from the start: a growing string would leave copies behind. The runs are told
    // twice, and kept nowhere.
    let mut svg = Zeroizing::new(String::with_capacity(AROUND + OF_A_RUN * rows().count()));
    match draw(&mut svg, width + 2 * QUIET, rows()) {
        Ok(()) => Some(svg),
        Err(fmt::Error) => None,
    }
}

fn draw(svg: &mut String, width: usize, runs: impl Iterator<Item = Run>) -> fmt::Result {
    let pixels = width * PIXELS;
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{pixels}\" \
         height=\"{pixels}\" viewBox=\"0 0 {width} {width}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{width}\" height=\"{width}\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    )?;
    for Run { x, y, length } in runs {
        write!(svg, "M{x} {y}h{length}v1H{x}z")?;
    }
    svg.push_str("\"/></svg>");
    Ok(())
}

/// Dark modules beside each other.
struct Run {
    x: usize,
    y: usize,
    length: usize,
}

/// Those of one row, where the picture has them.
fn runs(y: usize, row: &[Color]) -> impl Iterator<Item = Run> {
    let mut x = QUIET;
    let alike = row.chunk_by(|one, next| one == next);
    alike.filter_map(move |modules| {
        let run = Run { x, y: y + QUIET, length: modules.len() };
        x += modules.len();
        (modules.first() == Some(&Color::Dark)).then_some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an address for an app looks like.
    const TEXT: &str = "otpauth://totp/Keyway:jenny@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Keyway&algorithm=SHA1&digits=6&period=30";

    /// The modules that a picture draws dark, in a line each.
    fn drawn(svg: &str) -> Vec<(usize, usize)> {
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let runs = path.split('M').skip(1).map(|run| {
            let numbers = run.split(|letter: char| !letter.is_ascii_digit());
            let numbers: Vec<usize> = numbers
                .filter(|number| !number.is_empty())
                .map(|number| number.parse().unwrap())
                .collect();
            let [x, y, length, 1, back] = numbers[..] else { panic!("{run}") };
            assert_eq!(back, x);
            (x..x + length).map(move |x| (x, y))
        });
        runs.flatten().collect()
    }

    #[test]
    fn it_draws_each_dark_module_and_leaves_a_light_border() {
        let code = QrCode::new(TEXT).unwrap();
        let width = code.width();
        let places = (0..width).flat_map(|y| (0..width).map(move |x| (x, y)));
        let dark = places.filter(|place| code[*place] == Color::Dark);
        let expected: Vec<_> = dark.map(|(x, y)| (x + 4, y + 4)).collect();
        let svg = qr_svg(TEXT).unwrap();
        assert_eq!(drawn(&svg), expected);
        assert!(svg.contains(&format!("viewBox=\"0 0 {0} {0}\"", width + 8)));
    }

    #[test]
    fn its_room_is_never_outgrown() {
        for length in [1, 17, 150, 700, 2_331] {
            let text = "k7".repeat(length)[..length].to_owned();
            let code = QrCode::new(&text).unwrap();
            let row = code.width();
            let colors = code.into_colors();
            let count: usize = colors.chunks(row).map(|row| runs(0, row).count()).sum();
            assert!(qr_svg(&text).unwrap().len() <= AROUND + OF_A_RUN * count, "{length}");
        }
        assert!(qr_svg(&"k".repeat(3_000)).is_none());
    }
}
