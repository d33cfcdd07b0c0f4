using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.ConversationState;

/// <summary>Nobody waits for a store, and what was answered is found by the next turn whatever the store does.</summary>
public sealed class StoredResponsesTests
{
    [SkippableFact]
    public async Task Add_WhileThePostgresIsAway_IsFoundAtOnce_AndWrittenWhenItIsBack()
    {
        await using var place = await StoreUnderTest.StartAsync("postgres");
        await using (var stored = Open(place.Config))
        {
            stored.Add(ResponseStoreTests.Turn("a", null));
            await Eventually.TrueAsync(async () => await IsWrittenAsync(place, "a"), "the first turn is written");
            await place.Postgres.KillAsync();
            stored.Add(ResponseStoreTests.Turn("b", null));
            stored.Add(ResponseStoreTests.Turn("c", "b"));
            Assert.Equal(2, (await stored.FindAsync("me", "c", CancellationToken.None)).Turns.Count);
            Assert.Equal(ResponseSearch.Unavailable, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
            await place.Postgres.RestartAsync();
            await Eventually.TrueAsync(async () => await IsWrittenAsync(place, "c"), "the turns that waited are written");
        }

        await using var again = Open(place.Config);
        Assert.Equal(2, (await again.FindAsync("me", "c", CancellationToken.None)).Turns.Count);
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Dispose_WritesWhatWaits(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using (var stored = Open(place.Config))
        {
            for (var i = 0; i < 200; i++)
                stored.Add(ResponseStoreTests.Turn($"r{i}", i == 0 ? null : $"r{i - 1}"));
        }

        await using var again = Open(place.Config);
        Assert.Equal(200, (await again.FindAsync("me", "r199", CancellationToken.None)).Turns.Count);
    }

    [Fact]
    public async Task Find_PathThatIsNoDatabase_IsUnavailable()
    {
        await using var place = await StoreUnderTest.StartAsync("sqlite");
        Directory.CreateDirectory(Path.GetDirectoryName(place.Config.Path!)!);
        await File.WriteAllTextAsync(place.Config.Path!, new string('x', 8192));
        await using var stored = Open(place.Config);
        Assert.Equal(ResponseSearch.Unavailable, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
        stored.Add(ResponseStoreTests.Turn("a", null));
        Assert.Equal(ResponseSearch.Found, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
    }

    [Fact]
    public async Task Add_LargerThanALimit_IsNotKept()
    {
        await using var stored = Open(new ResponsesStateConfig { MaxResponseSize = 1024 });
        stored.Add(ResponseStoreTests.Turn("a", null) with { Input = new byte[2048] });
        Assert.Equal(ResponseSearch.Missing, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
    }

    [Fact]
    public async Task Add_MoreThanMemoryMayHold_TheOldestConversationsGo()
    {
        await using var stored = Open(new ResponsesStateConfig { MaxResponses = 3 });
        foreach (var (id, previous) in (ReadOnlySpan<(string, string?)>)[("a", null), ("b", null), ("a2", "a"), ("c", null)])
            stored.Add(ResponseStoreTests.Turn(id, previous));
        Assert.Equal(ResponseSearch.Missing, (await stored.FindAsync("me", "b", CancellationToken.None)).Search);
        Assert.Equal(2, (await stored.FindAsync("me", "a2", CancellationToken.None)).Turns.Count);
    }

    [Fact]
    public async Task Reconfigure_AnotherStore_BeginsWithWhatThatHolds()
    {
        await using var place = await StoreUnderTest.StartAsync("sqlite");
        await using var stored = Open(new ResponsesStateConfig());
        stored.Add(ResponseStoreTests.Turn("a", null));
        await stored.ReconfigureAsync(new ResponsesStateConfig { MaxResponses = 5 });
        Assert.Equal(ResponseSearch.Found, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
        await stored.ReconfigureAsync(place.Config);
        Assert.Equal(ResponseSearch.Missing, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
        await Assert.ThrowsAsync<FormatException>(async () => await stored.ReconfigureAsync(new ResponsesStateConfig { Store = ResponseStoreKind.Postgres, ConnectionString = "nonsense" }));
        Assert.Equal(ResponseStoreKind.Sqlite, stored.Config.Store);
    }

    [Fact]
    public async Task Delete_WhatStillWaits_TakesItOut()
    {
        await using var place = await StoreUnderTest.StartAsync("sqlite");
        await using var stored = Open(place.Config);
        stored.Add(ResponseStoreTests.Turn("a", null));
        Assert.Equal(ResponseSearch.Found, await stored.DeleteAsync("me", "a", CancellationToken.None));
        Assert.Equal(ResponseSearch.Missing, await stored.DeleteAsync("me", "a", CancellationToken.None));
        Assert.Equal(ResponseSearch.Missing, (await stored.FindAsync("me", "a", CancellationToken.None)).Search);
    }

    private static StoredResponses Open(ResponsesStateConfig config) =>
        new(config, TimeProvider.System, new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(), NullLogger<StoredResponses>.Instance);

    private static async Task<bool> IsWrittenAsync(StoreUnderTest place, string id)
    {
        await using var store = place.Open();
        return await store.FindAsync("me", id, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), CancellationToken.None) is not null;
    }
}
