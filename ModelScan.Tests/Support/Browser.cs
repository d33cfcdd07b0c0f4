using Microsoft.Playwright;

namespace ModelScan.Tests.Support;

/// <summary>
/// A headless Chromium of this machine, driven by Playwright. Playwright's own download of a browser is not used: the variable
/// <c>CHROMIUM</c> names the program, else it is searched where Debian's package puts it.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    // As root there is no sandbox to be had; the others keep the browser from asking for anything but the page.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private static readonly float Patience = (float)TimeSpan.FromSeconds(30).TotalMilliseconds;

    private static readonly Lazy<Task<Browser>> Shared = new(StartAsync);

    static Browser() => Assertions.SetDefaultExpectTimeout(Patience);

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    private static string? Program => Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named : Programs.FirstOrDefault(File.Exists);

    /// <summary>Whether there is a browser on this machine.</summary>
    public static bool IsInstalled => Program is not null;

    /// <summary>The one browser of a run: it is started when a test first wants it, and ends with the run.</summary>
    public static Task<Browser> SharedAsync() => Shared.Value;

    /// <summary>Starts one.</summary>
    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Arguments }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Opens a page with cookies and storage of its own.</summary>
    public async Task<IPage> OpenAsync(string address)
    {
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1500, Height = 900 } });
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(address);
        return page;
    }

    /// <summary>Opens a page as another reader has it: its size, light or dark.</summary>
    public async Task<IPage> OpenAsync(string address, int width, int height, ColorScheme colors)
    {
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = colors, ReducedMotion = ReducedMotion.Reduce });
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(address);
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
