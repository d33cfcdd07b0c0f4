using System.Net;
using System.Text.RegularExpressions;
using ModelScan.Tests.Integration;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.WebConsole;

/// <summary>Who may see the console, and what its pages may do.</summary>
public sealed partial class ConsoleEndpointTests
{
    private const string Config = """
        version: v0.4.0
        listeners: []
        model_providers: [{ model: openai/gpt-4o, access_key: k, default: true }]
        """;

    private const string WithKey = Config + "\nrequest_log: { admin_key: the-admin-key }";

    private static readonly string[] Pages = ["requests", "overview", "sessions", "models", "whatif", "try"];

    [Fact]
    public async Task Pages_AreThereAndAskNobodyElse()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        foreach (var page in Pages)
        {
            var answer = await GetAsync(gateway, $"/console/{page}");
            Assert.Equal(200, answer.Status);
            Assert.StartsWith("default-src 'self';", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.DoesNotMatch("(src|href|action)=\"(https?:)?//", answer.Text);
            Assert.DoesNotMatch("<[^>]* style=|<script>|<style| on[a-z]+=", answer.Text);
        }
    }

    [Fact]
    public async Task Assets_AreKeptByBrowsersAndSmall()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        var page = await GetAsync(gateway, "/console/requests");
        var assets = Asset().Matches(page.Text).Select(match => match.Value).Distinct().ToList();
        Assert.Equal(2, assets.Count);
        var total = 0;
        foreach (var asset in assets)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, asset);
            request.Headers.Add("Accept-Encoding", "br");
            using var response = await gateway.Gateway.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal("br", Assert.Single(response.Content.Headers.ContentEncoding));
            total += (await response.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(total, 1, 120 * 1024);
    }

    [Fact]
    public async Task OtherMachine_WithoutAKey_IsKeptOut()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        var answer = await GetAsync(gateway, "/console/requests", ("X-Forwarded-For", "203.0.113.7"));
        Assert.Equal(403, answer.Status);
        Assert.Contains("admin_key", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("requests/tail")]
    [InlineData("requests/export")]
    [InlineData("suggest?key=model")]
    [InlineData("models")]
    public async Task WithAKey_EverythingAsksForIt(string page)
    {
        await using var gateway = await LoggedGateway.StartAsync(WithKey);
        using var browser = new Visitor(gateway.Gateway.Client.BaseAddress!);
        using var answer = await browser.GetAsync($"/console/{page}");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/console/sign-in?to=", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WithTheKey_OpensTheConsoleUntilSignOut()
    {
        await using var gateway = await LoggedGateway.StartAsync(WithKey);
        using var browser = new Visitor(gateway.Gateway.Client.BaseAddress!);
        var token = await browser.TokenAsync("/console/sign-in?to=/console/models");
        using var signedIn = await browser.PostAsync("/console/sign-in", ("token", token), ("key", "the-admin-key"), ("to", "/console/models"));
        Assert.Equal("/console/models", signedIn.Headers.Location?.ToString());
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("the-admin-key", cookie, StringComparison.Ordinal);
        using (var page = await browser.GetAsync("/console/models"))
        {
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.DoesNotContain("the-admin-key", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var signedOut = await browser.PostAsync("/console/sign-out", ("token", await browser.TokenAsync("/console/models")));
        using var afterwards = await browser.GetAsync("/console/models");
        Assert.Equal(HttpStatusCode.Redirect, afterwards.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/admin/mode")]
    public async Task SignIn_LeadsNowhereElse(string to)
    {
        await using var gateway = await LoggedGateway.StartAsync(WithKey);
        using var browser = new Visitor(gateway.Gateway.Client.BaseAddress!);
        using var answer = await browser.PostAsync("/console/sign-in", ("token", await browser.TokenAsync("/console/sign-in")), ("key", "the-admin-key"), ("to", to));
        Assert.Equal("/console/requests", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task SignIn_WithWrongKeys_IsRefusedAndLimited()
    {
        await using var gateway = await LoggedGateway.StartAsync(WithKey);
        using var browser = new Visitor(gateway.Gateway.Client.BaseAddress!);
        var token = await browser.TokenAsync("/console/sign-in");
        for (var i = 0; i < 10; i++)
        {
            using var refused = await browser.PostAsync("/console/sign-in", ("token", token), ("key", "guess"));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using var limited = await browser.PostAsync("/console/sign-in", ("token", token), ("key", "the-admin-key"));
        Assert.Contains("too many wrong keys", await limited.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_WithoutItsToken_DoesNothing()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        using var browser = new Visitor(gateway.Gateway.Client.BaseAddress!);
        using var refused = await browser.PostAsync("/console/models/mode", ("mode", "direct"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("policy", (await gateway.GetAsync("/admin/mode")).GetProperty("mode").GetString());

        using var done = await browser.PostAsync("/console/models/mode", ("mode", "direct"), ("token", await browser.TokenAsync("/console/models")));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal("direct", (await gateway.GetAsync("/admin/mode")).GetProperty("mode").GetString());
    }

    [Fact]
    public async Task Page_ThatIsNotThere_IsNotFound()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        Assert.Equal(404, (await GetAsync(gateway, "/console/nothing")).Status);
        Assert.Equal(404, (await GetAsync(gateway, "/console/requests/01KGA5ZV8R2N9K0000000000QX")).Status);
    }

    [Fact]
    public async Task Filter_ThatCannotBeRead_IsExplained()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        var answer = await GetAsync(gateway, "/console/requests?q=rute%3Acode");
        Assert.Contains("did you mean &#x27;route&#x27;", answer.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Assembly_IsLoadedWhenTheConsoleIsOpened()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "What a process has loaded is read from /proc.");
        await using var gateway = await GatewayProcess.StartAsync(Config);
        Assert.DoesNotContain("ModelScan.Console.dll", await File.ReadAllTextAsync($"/proc/{gateway.Id}/maps"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync(new Uri("/console/requests", UriKind.Relative))).StatusCode);
        Assert.Contains("ModelScan.Console.dll", await File.ReadAllTextAsync($"/proc/{gateway.Id}/maps"), StringComparison.Ordinal);
    }

    private static async Task<Answer> GetAsync(LoggedGateway gateway, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await gateway.Gateway.Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    [GeneratedRegex("/console/assets/[0-9a-f]+/[a-z.]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asset();

    // A browser as far as cookies and forms go.
    private sealed partial class Visitor(Uri address) : IDisposable
    {
        private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

        public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative));

        public async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
            return await _client.PostAsync(new Uri(path, UriKind.Relative), form);
        }

        public async Task<string> TokenAsync(string path)
        {
            using var page = await GetAsync(path);
            return Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        }

        public void Dispose() => _client.Dispose();

        [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Token();
    }
}
