//! The debug page in a real browser, for a service under load: it sorts by clicks, refreshes, and
//! works without JavaScript.
//!
//! With `REQUEST_ARENA_SCREENSHOT=file.png` the test saves a screenshot of the page after it has
//! been open for a while. `REQUEST_ARENA_SCREENSHOT_PHONE` does so for a phone's screen.

use std::path::Path;
use std::time::Duration;

use request_arena_telemetry::debug_page::router;
use request_arena_telemetry::doctor::{Doctor, Options};
use serde_json::json;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::extensions::cdp::ChromeDevTools;
use thirtyfour::prelude::*;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

mod browser;
mod load;

use load::Load;

/// The page refreshes every two seconds. A test gives up after this many tries.
const TRIES: u32 = 60;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// A server of the page alone, on threads of its own. It ends when this is dropped, even while it
/// answers.
struct Server {
    runtime: Option<Runtime>,
    address: String,
}

impl Server {
    fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a nonblocking listener");
        let address = format!("http://{}/debug/arenas", listener.local_addr().expect("an address"));
        let runtime = Runtime::new().expect("a runtime");
        runtime
            .spawn(async { axum::serve(TcpListener::from_std(listener)?, router::<()>()).await });
        Self { runtime: Some(runtime), address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

/// A number in the page for a handler, as `12,345`.
async fn number(browser: &WebDriver, site: &str, column: &str) -> WebDriverResult<u64> {
    let numbers = numbers(browser, column).await?;
    Ok(numbers.into_iter().find(|(name, _)| name == site).expect("the site's row").1)
}

/// The handlers in the order of their rows, with their whole numbers in a column.
async fn numbers(browser: &WebDriver, column: &str) -> WebDriverResult<Vec<(String, u64)>> {
    let script = r#"
        const headings = [...document.querySelectorAll("table.sites thead tr:last-child a")];
        const column = headings.findIndex((link) => link.id === "sort-" + arguments[0]);
        return [...document.querySelectorAll("table.sites tbody tr")].map((row) => {
            const text = row.cells[column].firstChild.textContent;
            return [row.cells[0].querySelector("b").textContent, Number(text.replaceAll(",", ""))];
        });"#;
    browser.execute(script, vec![column.into()]).await?.convert()
}

async fn names(browser: &WebDriver) -> WebDriverResult<Vec<String>> {
    // In one step, so that all names come from one answer.
    let script = "return [...document.querySelectorAll('table.sites tbody th b')].map((name) => \
        name.textContent)";
    browser.execute(script, vec![]).await?.convert()
}

/// The way in which a person uses a heading.
#[derive(Clone, Copy)]
enum Press {
    Mouse,
    Enter,
}

/// Uses a heading. If the page replaces it meanwhile, the new one is used.
async fn press(browser: &WebDriver, heading: &str, how: Press) -> WebDriverResult<()> {
    for _ in 0..TRIES {
        let heading = browser.find(By::Id(heading)).await?;
        let outcome = match how {
            Press::Mouse => heading.click().await,
            Press::Enter => heading.send_keys(Key::Enter + "").await,
        };
        match outcome {
            Err(error)
                if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {}
            outcome => return outcome,
        }
    }
    panic!("{heading} never stays");
}

/// Waits for the page to have this element.
async fn wait_for(browser: &WebDriver, selector: &str) -> WebDriverResult<()> {
    let query = browser.query(By::Css(selector)).wait(BETWEEN_TRIES * TRIES, BETWEEN_TRIES);
    assert!(query.exists().await?, "{selector}");
    Ok(())
}

/// Waits for the sorted column to be this one.
async fn wait_for_sort(browser: &WebDriver, column: &str, order: &str) -> WebDriverResult<()> {
    wait_for(browser, &format!("th[aria-sort='{order}'] #sort-{column}")).await
}

fn is_sorted_down(numbers: &[(String, u64)]) -> bool {
    numbers.is_sorted_by(|left, right| left.1 >= right.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_sorts_the_page_and_keeps_it_fresh() -> WebDriverResult<()> {
    let Some(installed) = browser::installed() else { return Ok(()) };
    let _load = Load::start();
    let _doctor = Doctor::start(Options::default());
    let server = Server::start();
    installed.drive(true, |browser| visit(browser, server)).await
}

async fn visit(browser: WebDriver, server: Server) -> WebDriverResult<()> {
    browser.goto(&server.address).await?;
    wait_for(&browser, "table.sites tbody tr:nth-child(5)").await?;
    wait_for_sort(&browser, "peak_max", "descending").await?;

    // It refreshes.
    let before = number(&browser, "search", "ended").await?;
    let mut tries = 0;
    while number(&browser, "search", "ended").await? <= before {
        tries += 1;
        assert!(tries < TRIES, "more searches have ended than {before}");
        tokio::time::sleep(BETWEEN_TRIES).await;
    }

    // A click on a heading sorts, another one reverses the order, and the keyboard does both, too.
    press(&browser, "sort-ended", Press::Mouse).await?;
    wait_for_sort(&browser, "ended", "descending").await?;
    let numbers = numbers(&browser, "ended").await?;
    assert!(numbers.len() >= 5 && is_sorted_down(&numbers), "{numbers:?}");
    press(&browser, "sort-scope", Press::Mouse).await?;
    wait_for_sort(&browser, "scope", "ascending").await?;
    let shown = names(&browser).await?;
    assert!(shown.len() >= 5 && shown.is_sorted(), "{shown:?}");
    press(&browser, "sort-scope", Press::Enter).await?;
    wait_for_sort(&browser, "scope", "descending").await?;
    let focused: String =
        browser.execute("return document.activeElement.id", vec![]).await?.convert()?;
    assert_eq!(focused, "sort-scope", "the focus stays");
    assert!(
        browser.current_url().await?.query().is_some_and(|query| query == "sort=scope&order=desc")
    );

    // The browser's back button works.
    browser.back().await?;
    wait_for_sort(&browser, "scope", "ascending").await?;

    // A pause lasts until the user ends it.
    let pause = browser.find(By::Id("pause")).await?;
    pause.click().await?;
    let before = number(&browser, "search", "ended").await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(number(&browser, "search", "ended").await?, before);
    assert_eq!(browser.find(By::Id("status")).await?.text().await?, "paused");
    pause.click().await?;

    wait_for(&browser, "svg.chart path.arenas-in-use").await?;
    wait_for(&browser, ".doctor table.account svg.key rect.heap-live").await?;
    if let Some(file) = std::env::var_os("REQUEST_ARENA_SCREENSHOT") {
        take_screenshot(&browser, &server.address, Path::new(&file)).await?;
    }
    let console = browser::console(&browser).await?;
    assert!(console.is_empty(), "{console:?}");

    // The page says so if the server is gone.
    drop(server);
    wait_for(&browser, "#status.bad").await?;
    assert!(browser.find(By::Id("status")).await?.text().await?.starts_with("no answer since"));
    Ok(())
}

/// The whole page, after its chart has some points and the doctor has judged a minute of them.
async fn take_screenshot(browser: &WebDriver, address: &str, file: &Path) -> WebDriverResult<()> {
    browser.goto(address).await?;
    tokio::time::sleep(Duration::from_secs(75)).await;
    let script = "return document.documentElement.scrollHeight + outerHeight - innerHeight";
    let height: u32 = browser.execute(script, vec![]).await?.convert()?;
    browser.set_window_rect(0, 0, 1300, height).await?;
    browser.screenshot(file).await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_nothing_is_cut_off_and_no_text_is_too_small_to_read() -> WebDriverResult<()> {
    let Some(installed) = browser::installed() else { return Ok(()) };
    let _load = Load::start();
    let _doctor = Doctor::start(Options::default());
    let server = Server::start();
    installed.drive(true, |browser| hold(browser, server)).await
}

/// The width of a phone, in CSS pixels.
const PHONE: i64 = 420;

async fn hold(browser: WebDriver, server: Server) -> WebDriverResult<()> {
    // A window of a headless Chromium has at least 500 pixels.
    let screen = json!({ "width": PHONE, "height": 900, "deviceScaleFactor": 1, "mobile": true });
    ChromeDevTools::new(browser.handle.clone())
        .execute_cdp_with_params("Emulation.setDeviceMetricsOverride", screen)
        .await?;
    browser.goto(&server.address).await?;
    wait_for(&browser, "table.sites tbody tr:nth-child(5)").await?;
    wait_for(&browser, "svg.chart path.arenas-in-use").await?;
    // So that the page stays as it is.
    browser.find(By::Id("pause")).await?.click().await?;

    // A finding and an owner with names as long as those of generic functions.
    let script = r##"
        const name = "my_crate::handlers::Search_as_core_future_Future::poll".repeat(3);
        const code = `<code>${name}</code>`;
        document.querySelector(".doctor > div").insertAdjacentHTML("afterbegin",
            `<article class="finding"><h3>real growth (certain) in ${code}: 48.0 MiB</h3>
             <ul><li>growth of ${code}: 3.0 MiB</li></ul><p>Remedy: look at ${code}.</p>
             </article>`);
        document.querySelector("#doctor").insertAdjacentHTML("beforeend",
            `<div class="scroll"><table class="owners"><tbody><tr><th>${code}</th><td>1.0 MiB</td>
             <td>at ${name}</td></tr></tbody></table></div>`);"##;
    browser.execute(script, vec![]).await?;

    let script = r##"
        const problems = [], screen = arguments[0];
        const page = document.documentElement;
        if (innerWidth !== screen) problems.push(`the screen has ${innerWidth} pixels`);
        if (page.scrollWidth > screen) problems.push(`the page has ${page.scrollWidth} pixels`);
        for (const element of document.querySelectorAll("main *, header *")) {
            const box = element.getBoundingClientRect();
            if (!element.closest(".scroll") && box.width > 0 && box.right > screen + 0.5)
                problems.push(`${element.outerHTML.slice(0, 100)} ends at ${box.right}`);
        }
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode());) {
            const element = text.parentElement;
            if (!text.data.trim() || element.matches("script, style, title")) continue;
            const scale = element instanceof SVGElement ? element.getScreenCTM().a : 1;
            const size = parseFloat(getComputedStyle(element).fontSize) * scale;
            if (size < 10) problems.push(`${text.data} has ${size} pixels`);
        }
        // The name of a handler stays while its figures scroll. The newest part of the chart shows.
        const sites = document.querySelector("#sites-scroll");
        sites.scrollLeft = 500;
        const left = sites.querySelector("tbody th").getBoundingClientRect().left;
        if (sites.scrollLeft !== 500 || left < 0) problems.push(`a handler's name is at ${left}`);
        const chart = document.querySelector("svg.chart").getBoundingClientRect();
        if (chart.right > screen) problems.push(`the chart ends at ${chart.right}`);
        return problems;"##;
    let problems: Vec<String> = browser.execute(script, vec![PHONE.into()]).await?.convert()?;
    if let Some(file) = std::env::var_os("REQUEST_ARENA_SCREENSHOT_PHONE") {
        browser.screenshot(Path::new(&file)).await?;
    }
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_javascript_rows_pictures_and_sorting_links_are_there() -> WebDriverResult<()> {
    let Some(installed) = browser::installed() else { return Ok(()) };
    let _load = Load::start();
    let server = Server::start();
    installed.drive(false, |browser| read(browser, server)).await
}

async fn read(browser: WebDriver, server: Server) -> WebDriverResult<()> {
    browser.goto(&server.address).await?;
    let mut tries = 0;
    while names(&browser).await?.len() < 5 {
        tries += 1;
        assert!(tries < TRIES, "five sites");
        tokio::time::sleep(BETWEEN_TRIES).await;
        browser.refresh().await?;
    }
    assert!(
        !browser.find(By::Id("pause")).await?.is_displayed().await?,
        "the button would do nothing"
    );

    press(&browser, "sort-scope", Press::Mouse).await?;
    wait_for_sort(&browser, "scope", "ascending").await?;
    assert_eq!(browser.current_url().await?.query(), Some("sort=scope&order=asc"));
    assert!(names(&browser).await?.is_sorted());
    press(&browser, "sort-scope", Press::Mouse).await?;
    wait_for_sort(&browser, "scope", "descending").await?;
    assert!(names(&browser).await?.iter().rev().is_sorted());

    // Each refresh added a point, if a second had passed.
    let mut tries = 0;
    while browser.find_all(By::Css("svg.chart path")).await?.is_empty() {
        tries += 1;
        assert!(tries < TRIES, "a picture");
        tokio::time::sleep(BETWEEN_TRIES).await;
        browser.refresh().await?;
    }
    assert!(!browser.find_all(By::Css("svg.bars rect.bar")).await?.is_empty());
    Ok(())
}
