using System.Text.Json;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Guards;

/// <summary>What guards did is on record, and what they took out is not.</summary>
public sealed class GuardsOnRecordTests
{
    private const string Guards = "guards: { input: [{ type: pii }], output: [{ type: secrets }] }";
    private const string Text = "Call +49 30 901820 or transfer to DE89 3704 0044 0532 0130 00, mail ann@acme.io";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Record_SaysWhatGuardsDid_AndBodiesHoldPlaceholders(bool stream)
    {
        await using var provider = new EchoProvider { Piece = 4 };
        await using var gateway = await LoggedGateway.StartAsync(provider.Config(Guards), null, "--RequestLog:Bodies=all", "--RequestLog:DecisionInputs=text");
        var (path, body) = EchoProvider.Ask("chat", Text, stream);
        Assert.Equal(Text, EchoProvider.TextOf((await gateway.Gateway.PostAsync(path, body)).Text));
        var record = await gateway.OnlyAsync();
        Assert.Equal(["pii: redacted phone=1,iban=1,email=1"], record.GetProperty("guards").EnumerateArray().Select(entry => entry.GetString()));
        var kept = record.GetRawText();
        foreach (var secret in (string[])["901820", "3704", "acme"])
            Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(gateway.Folder.Path))
        {
            await using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(bytes, System.Text.Encoding.Latin1);
            var all = await reader.ReadToEndAsync();
            Assert.DoesNotContain("901820", all, StringComparison.Ordinal);
            Assert.DoesNotContain("3704 0044", all, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refusal_IsOnRecordAsRefused()
    {
        await using var provider = new EchoProvider();
        await using var gateway = await LoggedGateway.StartAsync(provider.Config("guards: { input: [{ type: pii, action: block }] }"));
        var (path, body) = EchoProvider.Ask("chat", Text);
        await gateway.Gateway.PostAsync(path, body);
        var record = await gateway.OnlyAsync();
        Assert.Equal(("refused", 400, "GuardRefused"), (record.GetProperty("state").GetString(), record.GetProperty("status").GetInt32(), record.GetProperty("error_type").GetString()));
        Assert.StartsWith("pii: blocked", record.GetProperty("guards")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerOfAStream_IsOnRecordWithWhatWasFoundInIt()
    {
        await using var provider = new EchoProvider { Says = "the key is sk-live-abcdefghij0123456789." };
        await using var gateway = await LoggedGateway.StartAsync(provider.Config(Guards));
        var (path, body) = EchoProvider.Ask("chat", "hello", stream: true);
        await gateway.Gateway.PostAsync(path, body);
        Assert.Contains("secrets.output: redacted secret=1", (await gateway.OnlyAsync()).GetProperty("guards").EnumerateArray().Select(entry => entry.GetString()));
    }

    [Fact]
    public async Task Hit_OfTheCache_IsOnRecordWithoutCost()
    {
        await using var provider = new EchoProvider();
        await using var gateway = await LoggedGateway.StartAsync(provider.Config("response_cache: {}"));
        var (path, body) = EchoProvider.Ask("chat", "hello", more: "\"temperature\":0,");
        await gateway.Gateway.PostAsync(path, body);
        await gateway.Gateway.PostAsync(path, body);
        var rows = await gateway.UntilAsync(rows => rows.Length == 2);
        var hit = await gateway.GetAsync($"/admin/requests/{rows[0].GetProperty("id").GetString()}");
        Assert.Equal("cache: hit, saved 1/2 tokens", hit.GetProperty("guards")[0].GetString());
        Assert.Equal(("completed", "nothing_billable", "the same request was answered before"), (hit.GetProperty("state").GetString(), hit.GetProperty("cost").GetProperty("state").GetString(), hit.GetProperty("why").GetString()));
    }

    [Fact]
    public async Task MetersAndAdmin_SayWhatWasFound()
    {
        await using var provider = new EchoProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Config(Guards));
        var (path, body) = EchoProvider.Ask("chat", Text);
        await gateway.PostAsync(path, body);
        var metrics = await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("modelscan_guard_findings_total{guard=\"pii\",direction=\"input\",kind=\"iban\",action=\"redact\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("modelscan_guard_duration_seconds_count{direction=\"input\"} 1", metrics, StringComparison.Ordinal);
        using var admin = JsonDocument.Parse(await gateway.Client.GetStringAsync(new Uri("/admin/config", UriKind.Relative)));
        var guards = admin.RootElement.GetProperty("guards");
        Assert.Equal(("pii", "secrets", "window"), (guards.GetProperty("input")[0].GetString(), guards.GetProperty("output")[0].GetString(), guards.GetProperty("stream").GetString()));
        Assert.Contains(guards.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("kind").GetString() == "email" && finding.GetProperty("count").GetInt64() == 1);
        Assert.False(admin.RootElement.GetProperty("response_cache").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task Decision_WithoutAnAnswer_IsGuarded()
    {
        await using var provider = new EchoProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Config("guards: { input: [{ type: secrets, action: block }, { type: pii }] }", routing: "mode: policy"));
        Assert.Equal("secrets: clear; pii: redacted email=1", (await gateway.DecideAsync("ann@acme.io")).Headers["x-modelscan-guards"]);
        Assert.Equal(400, (await gateway.DecideAsync("sk-live-abcdefghij0123456789")).Status);
    }
}
