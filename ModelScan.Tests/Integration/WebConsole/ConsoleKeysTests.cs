using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.WebConsole;

/// <summary>Keys and budgets in a browser, over the gateway's own endpoints.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ConsoleKeysTests(ConsoleFixture console) : IAsyncLifetime
{
    private const string Governance = """

        governance:
          keys_file: keys.yaml
          anonymous: refuse
          unknown_price: allow
          keys:
            - { id: ci, hash: "sha256:5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456" }
          limits:
            - { id: day, kind: requests, amount: 4, window: day, per: key }
            - { id: month, kind: spend, amount: 200, window: month, per: all }
            - { id: careful, kind: requests, amount: 1, window: hour, per: all, mode: shadow }
        """;

    [SkippableFact]
    public async Task Key_IsMadeUsedRotatedDisabledAndRevoked()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        await using var gateway = await StartAsync();
        var page = await console.OpenAddressAsync($"{gateway.Gateway.Client.BaseAddress}console/requests");
        await page.GetByRole(AriaRole.Link, new() { Name = "Keys", Exact = true }).ClickAsync();
        var row = page.GetByRole(AriaRole.Region, new() { Name = "Keys", Exact = true }).GetByRole(AriaRole.Row).Filter(new() { HasText = "team-a" });

        await page.GetByText("Make a key").ClickAsync();
        await page.GetByLabel("Name").FillAsync("team-a");
        await page.GetByLabel("May ask for").FillAsync("openai/*");
        await page.GetByLabel("Limits", new() { Exact = true }).FillAsync("day");
        await page.GetByLabel("Labels").FillAsync("team=a");
        await page.GetByLabel("Expires").FillAsync("2099-01-31");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make", Exact = true }).ClickAsync();
        var first = await SecretAsync(page);
        await Assertions.Expect(row).ToContainTextAsync("good");
        await Assertions.Expect(row.GetByRole(AriaRole.Cell).Nth(5)).ToHaveTextAsync("–");
        await Assertions.Expect(row).ToContainTextAsync("openai/*");
        await Assertions.Expect(row).ToContainTextAsync("team=a");
        await Assertions.Expect(row).ToContainTextAsync("2099");

        // What is told once is not told again.
        await page.GotoAsync($"{gateway.Gateway.Client.BaseAddress}console/keys");
        Assert.DoesNotContain(first, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal(200, await AskAsync(gateway, first));
        Assert.Equal(403, await AskAsync(gateway, first, "anthropic/claude-sonnet-4-20250514"));
        await page.ReloadAsync();
        await Assertions.Expect(row.GetByRole(AriaRole.Cell).Nth(4)).Not.ToHaveTextAsync("0");

        await page.GetByRole(AriaRole.Button, new() { Name = "New secret for team-a" }).ClickAsync();
        var second = await SecretAsync(page);
        Assert.NotEqual(first, second);
        Assert.Equal(401, await AskAsync(gateway, first));
        Assert.Equal(200, await AskAsync(gateway, second));

        await page.GetByRole(AriaRole.Button, new() { Name = "Disable team-a" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("disabled");
        Assert.Equal(401, await AskAsync(gateway, second));
        await page.GetByRole(AriaRole.Button, new() { Name = "Enable team-a" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("good");

        await row.GetByText("Revoke…").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke team-a for good" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Equal(401, await AskAsync(gateway, second));
    }

    [SkippableFact]
    public async Task Key_ThatIsTakenOrConfigured_IsToldSo()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        await using var gateway = await StartAsync();
        var page = await console.OpenAddressAsync($"{gateway.Gateway.Client.BaseAddress}console/keys");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ci" })).ToContainTextAsync("in the configuration");
        await page.GetByText("Make a key").ClickAsync();
        await page.GetByLabel("Name").FillAsync("ci");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("there is a key 'ci' already");
    }

    [SkippableFact]
    public async Task Limits_ShowTheirUseAndRefusals()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        await using var gateway = await StartAsync();
        var secret = await ConsoleFixture.MakeKeyAsync(gateway, """{"id":"team-b"}""");
        for (var i = 0; i < 4; i++)
            Assert.Equal(200, await AskAsync(gateway, secret));
        Assert.Equal(429, await AskAsync(gateway, secret));

        var page = await console.OpenAddressAsync($"{gateway.Gateway.Client.BaseAddress}console/keys");
        var limits = page.GetByRole(AriaRole.Region, new() { Name = "Limits and budgets" });
        var day = limits.GetByRole(AriaRole.Row).Filter(new() { HasText = "day requests" });
        await Assertions.Expect(day).ToContainTextAsync("team-b");
        await Assertions.Expect(day.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", "100 % used or set aside");
        await Assertions.Expect(limits.GetByRole(AriaRole.Row).Filter(new() { HasText = "month spend" })).ToContainTextAsync("$200");
        await Assertions.Expect(limits.GetByRole(AriaRole.Row).Filter(new() { HasText = "careful" })).ToContainTextAsync("shadow");

        var refusals = page.GetByRole(AriaRole.Region, new() { Name = "Last refusals" });
        await Assertions.Expect(refusals.GetByRole(AriaRole.Row).Filter(new() { HasText = "only counted" }).First).ToContainTextAsync("careful");
        var refused = refusals.GetByRole(AriaRole.Row).Filter(new() { HasText = "day" });
        await Assertions.Expect(refused).ToContainTextAsync("team-b");

        // From a key to what it asked for.
        await page.GetByRole(AriaRole.Link, new() { Name = "team-b" }).ClickAsync();
        await Assertions.Expect(page.Locator("#rows tbody tr")).ToHaveCountAsync(5);
    }

    [SkippableFact]
    public async Task SendAgain_WhereKeysAreNeeded_GoesWithTheRightOfWhoAdministersOrWithAKey()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        await using var gateway = await StartAsync("--Governance:AdminKey=0123456789-admin");
        Assert.Equal(401, await AskAsync(gateway, null));
        var open = await ConsoleFixture.MakeKeyAsync(gateway, """{"id":"team-c"}""", ("Authorization", "Bearer 0123456789-admin"));
        var narrow = await ConsoleFixture.MakeKeyAsync(gateway, """{"id":"narrow","models":["anthropic/*"]}""", ("Authorization", "Bearer 0123456789-admin"));
        Assert.Equal(200, await AskAsync(gateway, open));

        var page = await console.OpenAddressAsync($"{gateway.Gateway.Client.BaseAddress}console/requests?q=key:team-c");
        await page.GetByLabel("Admin key").FillAsync("0123456789-admin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.Locator("#rows tbody time").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Send again, ") }).ClickAsync();
        await Assertions.Expect(page.Locator("#sent")).ToContainTextAsync("Answered by openai/gpt-4o-mini with 200");

        await WithKeyAsync(open);
        await Assertions.Expect(page.Locator("#sent")).ToContainTextAsync("Answered by openai/gpt-4o-mini with 200");
        await WithKeyAsync(narrow);
        await Assertions.Expect(page.Locator("#sent")).ToContainTextAsync("403: the key 'narrow' does not open openai/gpt-4o-mini");
        await WithKeyAsync("msk_nobody_0123456789abcdefghijklmnopqrstuv");
        await Assertions.Expect(page.Locator("#sent")).ToContainTextAsync("401: the key is not one of this gateway's");

        async Task WithKeyAsync(string key)
        {
            if (!await page.GetByLabel("Key of a client").IsVisibleAsync())
                await page.GetByText("… with a key").ClickAsync();
            await page.GetByLabel("Key of a client").FillAsync(key);
            await page.GetByRole(AriaRole.Button, new() { Name = "Send again", Exact = true }).ClickAsync();
        }
    }

    private Task<LoggedGateway> StartAsync(params string[] args) =>
        ConsoleFixture.StartAsync(console.Mock, ConsoleFixture.Sample + Governance, ["--Routing:Mode=direct", .. args]);

    private static async Task<int> AskAsync(LoggedGateway gateway, string? secret, string model = "openai/gpt-4o-mini")
    {
        (string, string)[] headers = secret is null ? [] : [("Authorization", $"Bearer {secret}")];
        return (await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("Hello", model), headers)).Status;
    }

    private static async Task<string> SecretAsync(IPage page)
    {
        var secret = page.GetByRole(AriaRole.Region, new() { Name = "the secret" });
        await Assertions.Expect(secret).ToContainTextAsync("msk_");
        return (await secret.TextContentAsync())!.Trim();
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => console.CloseAsync();
}
