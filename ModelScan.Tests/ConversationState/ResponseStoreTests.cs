using System.Text;
using ModelScan.RoutingApi.ConversationState;

namespace ModelScan.Tests.ConversationState;

/// <summary>What every store of responses does, in memory, in a SQLite file and in a real Postgres.</summary>
public sealed class ResponseStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Expiry = Now.AddHours(1);

    public static TheoryData<string> Kinds => StoreUnderTest.Kinds;

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Read_ConversationOfThreeTurns_ComesFromItsBeginning(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", null), Turn("b", "a"), Turn("c", "b"), Turn("fork", "a"));
        var read = await store.ReadAsync("me", "c", Now, CancellationToken.None);
        Assert.Equal((ResponseSearch.Found, "a b c"), (read.Search, string.Join(' ', read.Turns.Select(turn => turn.Id))));
        Assert.Equal("a fork", string.Join(' ', (await store.ReadAsync("me", "fork", Now, CancellationToken.None)).Turns.Select(turn => turn.Id)));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Find_KeepsEveryMember(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        var turn = Turn("a", "before") with { IsHeld = true, Input = Encoding.UTF8.GetBytes("""[{"role":"user","content":"Grüße 🙂 \u0000"}]""") };
        await WriteAsync(store, turn);
        var found = await store.FindAsync("me", "a", Now, CancellationToken.None);
        Assert.Equal(turn with { Input = default, Response = default }, found! with { Input = default, Response = default });
        Assert.Equal(turn.Input.ToArray(), found.Input.ToArray());
        Assert.Equal(turn.Response.ToArray(), found.Response.ToArray());
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Read_ByAnybodyElse_FindsNothing(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", null), Turn("b", "a"));
        Assert.Equal(ResponseSearch.Missing, (await store.ReadAsync("somebody else", "b", Now, CancellationToken.None)).Search);
        Assert.Null(await store.FindAsync("somebody else", "b", Now, CancellationToken.None));
        Assert.False(await store.DeleteAsync("somebody else", "b", CancellationToken.None));
        Assert.NotNull(await store.FindAsync("me", "b", Now, CancellationToken.None));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Delete_OneOfAConversation_LeavesItIncomplete(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", null), Turn("b", "a"));
        Assert.True(await store.DeleteAsync("me", "a", CancellationToken.None));
        Assert.False(await store.DeleteAsync("me", "a", CancellationToken.None));
        Assert.Equal(ResponseSearch.Missing, (await store.ReadAsync("me", "a", Now, CancellationToken.None)).Search);
        Assert.Equal(ResponseSearch.Incomplete, (await store.ReadAsync("me", "b", Now, CancellationToken.None)).Search);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Write_NextTurn_RefreshesTheWholeConversation(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", null), Turn("b", "a"), Turn("other", null));
        await store.WriteAsync([Turn("c", "b")], Expiry.AddHours(1), CancellationToken.None);
        Assert.Equal(1, await store.PruneAsync(Expiry, 100, 1 << 20, CancellationToken.None));
        Assert.Equal(ResponseSearch.Missing, (await store.ReadAsync("me", "other", Expiry, CancellationToken.None)).Search);
        Assert.Equal(3, (await store.ReadAsync("me", "c", Expiry, CancellationToken.None)).Turns.Count);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Read_Expired_FindsNothing(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", null));
        Assert.Equal(ResponseSearch.Missing, (await store.ReadAsync("me", "a", Expiry, CancellationToken.None)).Search);
        Assert.Null(await store.FindAsync("me", "a", Expiry, CancellationToken.None));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Prune_TooMany_TakesThoseThatRestedLongest(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        for (var i = 0; i < 10; i++)
            await store.WriteAsync([Turn($"r{i}", null)], Expiry.AddSeconds(i), CancellationToken.None);
        Assert.Equal(4, await store.PruneAsync(Now, 6, 1 << 20, CancellationToken.None));
        Assert.Null(await store.FindAsync("me", "r3", Now, CancellationToken.None));
        Assert.NotNull(await store.FindAsync("me", "r4", Now, CancellationToken.None));
        var size = Turn("r9", null).Size;
        Assert.Equal(4, await store.PruneAsync(Now, 6, 2 * size, CancellationToken.None));
        Assert.Null(await store.FindAsync("me", "r7", Now, CancellationToken.None));
        Assert.NotNull(await store.FindAsync("me", "r8", Now, CancellationToken.None));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Write_TheSameIdAgain_TheLaterOneCounts(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", null));
        await WriteAsync(store, Turn("a", null) with { Model = "other/model" });
        Assert.Equal("other/model", (await store.FindAsync("me", "a", Now, CancellationToken.None))!.Model);
    }

    // A program that keeps naming the response before the last would make a circle, and a conversation may be longer than anybody follows.
    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Read_Circle_Ends(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open(mostTurns: 5);
        await WriteAsync(store, Turn("a", "b"), Turn("b", "a"));
        Assert.Equal(ResponseSearch.Incomplete, (await store.ReadAsync("me", "a", Now, CancellationToken.None)).Search);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Ids_WithANul_AreWrittenAndLookedForAsAnyOther(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        await WriteAsync(store, Turn("a", "before\0") with { ItemIds = ["m\0", "n"] });
        Assert.Null(await store.FindAsync("me", "\0", Now, CancellationToken.None));
        Assert.Equal(ResponseSearch.Missing, (await store.ReadAsync("me", "b\0", Now, CancellationToken.None)).Search);
        Assert.Contains("n", (await store.FindItemsAsync("me", ["o\0", "n"], Now, CancellationToken.None)).Keys);
        Assert.False(await store.DeleteAsync("me", "a\0", CancellationToken.None));
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task FindItems_OfSeveralResponses_AreFoundByTheirOwnerUntilTheirResponseGoes(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var store = place.Open();
        string[] many = [.. Enumerable.Range(0, 120).Select(i => $"item_{i}")];
        await WriteAsync(store, Turn("a", null) with { ItemIds = ["msg_1", "fc_1"] }, Turn("b", "a") with { ItemIds = many });
        var found = await store.FindItemsAsync("me", ["fc_1", "msg_1", "msg_unknown", .. many], Now, CancellationToken.None);
        Assert.Equal((122, "a", "b"), (found.Count, found["fc_1"].Id, found["item_119"].Id));
        Assert.Empty(await store.FindItemsAsync("somebody else", ["fc_1"], Now, CancellationToken.None));
        Assert.Empty(await store.FindItemsAsync("me", ["fc_1"], Expiry, CancellationToken.None));

        // The same item in a later response, as an input that repeats the conversation has it.
        await WriteAsync(store, Turn("c", null) with { ItemIds = ["fc_1"] });
        Assert.Equal("c", (await store.FindItemsAsync("me", ["fc_1"], Now, CancellationToken.None))["fc_1"].Id);
        await store.DeleteAsync("me", "a", CancellationToken.None);
        Assert.Equal(["fc_1"], (await store.FindItemsAsync("me", ["msg_1", "fc_1"], Now, CancellationToken.None)).Keys);
        await store.PruneAsync(Expiry, 100, 1 << 20, CancellationToken.None);
        Assert.Empty(await store.FindItemsAsync("me", ["fc_1", .. many], Now, CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Open_Again_FindsWhatWasWritten(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using (var first = place.Open())
            await WriteAsync(first, Turn("a", null));
        await using var second = place.Open();
        Assert.NotNull(await second.FindAsync("me", "a", Now, CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Open_ByManyAtOnce_MakesTheTablesOnce(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        var stores = Enumerable.Range(0, 12).Select(_ => place.Open()).ToArray();
        await Task.WhenAll(stores.Select((store, i) => Task.Run(async () => await WriteAsync(store, Turn($"r{i}", null) with { ItemIds = [$"i{i}"] }))));
        foreach (var store in stores)
        {
            Assert.Equal(12, (await store.FindItemsAsync("me", [.. Enumerable.Range(0, 12).Select(i => $"i{i}")], Now, CancellationToken.None)).Count);
            await store.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("postgres://user:p%40ss@db.example:6543/name?sslmode=require")]
    [InlineData("Host=db.example;Port=6543;Username=user;Password=p@ss;Database=name;SSL Mode=Require")]
    public async Task Postgres_UrlOrConnectionString_IsTheSame(string text)
    {
        await using var flavor = SqlFlavor.Postgres(text);
        await using var connection = flavor.Create();
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(connection.ConnectionString);
        Assert.Equal(("db.example", 6543, "user", "name", Npgsql.SslMode.Require), (settings.Host, settings.Port, settings.Username, settings.Database, settings.SslMode));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Username=only")]
    [InlineData("postgres://")]
    public void Postgres_Neither_IsRefusedWithoutRepeatingIt(string text) =>
        Assert.DoesNotContain(text, Assert.Throws<FormatException>(() => SqlFlavor.Postgres(text)).Message.Replace("postgres:// URL", "", StringComparison.Ordinal), StringComparison.Ordinal);

    internal static StoredResponse Turn(string id, string? previous) => new(id, "me", Now)
    {
        PreviousId = previous,
        Model = "openai/gpt-4o",
        Account = "openai@#1",
        Input = Encoding.UTF8.GetBytes($$"""[{"role":"user","content":"ask {{id}}"}]"""),
        Response = Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","output":[]}"""),
    };

    private static ValueTask WriteAsync(IResponseStore store, params StoredResponse[] turns) => store.WriteAsync(turns, Expiry, CancellationToken.None);
}
