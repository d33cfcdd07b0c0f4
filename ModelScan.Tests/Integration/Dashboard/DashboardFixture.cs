using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Dashboard;

/// <summary>The whole application without its containers, with Aspire's dashboard, and a browser that looks at it.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private const string Dashboard = "aspire-dashboard";

    private string _address = "";
    private string? _token;
    private DistributedApplication? _application;
    private Browser? _browser;
    private IPage? _page;

    /// <summary>Asks the gateway something that it routes.</summary>
    public async Task AskAsync(string prompt)
    {
        using var client = _application!.CreateHttpClient("routing-api");
        using var content = new StringContent(GatewayUnderTest.Chat(prompt), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/v1/chat/completions", content);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The mode that is in force.</summary>
    public async Task<string> ModeAsync()
    {
        using var client = _application!.CreateHttpClient("routing-api");
        using var mode = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/admin/mode"));
        return mode.RootElement.GetProperty("mode").GetString()!;
    }

    /// <summary>Opens a page of the dashboard, signed in, and closes the one before: it goes on drawing for as long as it is open.</summary>
    public async Task<IPage> OpenAsync(string path)
    {
        Skip.If(_browser is null, "There is no Chromium on this machine (apt-get install chromium).");
        if (_page is not null)
            await _page.CloseAsync();
        _page = await _browser.OpenAsync($"{_address}/login?t={_token}");
        await _page.GotoAsync(_address + path);
        return _page;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (!Browser.IsInstalled)
        {
            return;
        }

        _application = await AppHostFixture.StartAsync(
            TimeSpan.FromMinutes(2),
            (options, _) => options.DisableDashboard = false,
            "--Containers=false");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _application.ResourceNotifications.WaitForResourceHealthyAsync(Dashboard, limit.Token);
        _address = _application.GetEndpoint(Dashboard, "http").GetLeftPart(UriPartial.Authority);
        _token = _application.Services.GetRequiredService<IConfiguration>()["AppHost:BrowserToken"];
        _browser = await Browser.SharedAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_page is not null)
            await _page.CloseAsync();
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }
    }
}
