using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using ModelScan.Tests.Integration;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.WebConsole;

/// <summary>Who may see the console, and what its pages may do.</summary>
public sealed partial class ConsoleEndpointTests
{
    private static readonly TestConfig Config = TestConfig.Empty.Default("openai/gpt-4o");

    private static readonly TestConfig WithKey = Config.Yaml("request_log: { admin_key: the-admin-key }");

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

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Pages_TravelCompressed(string coding)
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        var plain = await GetAsync(gateway, "/console/models");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/models");
        request.Headers.Add("Accept-Encoding", coding);
        using var response = await gateway.Gateway.Client.SendAsync(request);
        Assert.Equal(coding, Assert.Single(response.Content.Headers.ContentEncoding));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.InRange(bytes.Length, 1, plain.Text.Length / 2);
        using Stream reading = coding == "br" ? new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress) : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var text = new StreamReader(reading);
        Assert.Equal(TokenValue().Replace(plain.Text, ""), TokenValue().Replace(await text.ReadToEndAsync(), ""));

        // What another site has a browser ask for is not.
        var other = await GetAsync(gateway, "/console/models", ("Accept-Encoding", coding), ("Sec-Fetch-Site", "cross-site"));
        Assert.DoesNotContain("Content-Encoding", other.Headers.Keys);
    }

    [Fact]
    public async Task SecretOfAKey_IsToldInAPageThatIsNotCompressed()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config.Yaml("governance: { keys_file: keys.yaml }"));
        using var browser = new Visitor(gateway.Gateway.Client.BaseAddress!, "br");
        using var page = await browser.GetAsync("/console/keys");
        Assert.Equal("br", Assert.Single(page.Content.Headers.ContentEncoding));
        using var made = await browser.PostAsync("/console/keys/create", ("token", await browser.TokenAsync("/console/keys")), ("id", "team-a"), ("models", ""), ("limits", ""), ("tags", ""), ("expires", ""));
        Assert.Empty(made.Content.Headers.ContentEncoding);
        Assert.Contains("msk_team-a_", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_ThatIsOff_IsNotThere()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config.Yaml("console: { enabled: false }"));
        Assert.Equal(404, (await GetAsync(gateway, "/console/requests")).Status);
        Assert.Equal(404, (await GetAsync(gateway, "/console/assets/console.css")).Status);
        Assert.DoesNotContain("/console", (await GetAsync(gateway, "/")).Text, StringComparison.Ordinal);
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

    // A token is another text each time, and so is how long something has been so.
    [GeneratedRegex("name=\"token\" value=\"[^\"]+\"|<time[^>]*>[^<]*</time>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenValue();

    // A browser as far as cookies and forms go.
    private sealed partial class Visitor : IDisposable
    {
        private readonly HttpClient _client;

        public Visitor(Uri address, string? coding = null)
        {
            _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
            if (coding is not null)
                _client.DefaultRequestHeaders.Add("Accept-Encoding", coding);
        }

        public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative));

        public async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
            return await _client.PostAsync(new Uri(path, UriKind.Relative), form);
        }

        public async Task<string> TokenAsync(string path)
        {
            using var page = await GetAsync(path);
            await using var bytes = await page.Content.ReadAsStreamAsync();
            await using var plain = page.Content.Headers.ContentEncoding.Count > 0 ? new BrotliStream(bytes, CompressionMode.Decompress) : bytes;
            using var text = new StreamReader(plain);
            return Token().Match(await text.ReadToEndAsync()).Groups[1].Value;
        }

        public void Dispose() => _client.Dispose();

        [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Token();
    }
}
