using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions.Sessions;
using static ModelScan.Tests.Decisions.Sessions.Conversations;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class SessionKeyTests
{
    public static TheoryData<string, string?, string, string?, string?, string, string> ExactKeys => new()
    {
        { "F6", "You are a coding agent.", "Fix the bug in main.rs", null, null, "implicit:5a7d7357e976d47b", "5364dda745adbf65" },
        { "F7", "s", "u", null, null, "implicit:0f3606ae945d0841", "3cb6023d6afd0939" },
        { "F8", "s", "u", "get_weather", null, "implicit:d3f22a8e83bdf204", "4abed8e9543e5cb4" },
        { "F9", "s", "u", null, "acme", "implicit:52c40c0e6600d2bf", "d959d53a4b132ecb" },
        { "F10", null, "hello", null, null, "implicit:b4076d4c86272865", "f1b40d9b814f65c0" },
    };

    [Theory]
    [MemberData(nameof(ExactKeys))]
    public void Resolve_VectorsOfTheHash_AreExact(string id, string? system, string user, string? tool, string? tenant, string session, string prefix)
    {
        ConversationMessage[] messages = system is null ? [User(user)] : [Instructions(system), User(user)];
        var facts = new RequestFacts("m", messages, tool is null ? [] : [tool]);

        var key = SessionKey.Resolve(facts, new SessionHeaders(Tenant: tenant), tenantsApart: tenant is not null, implicitWanted: true);

        Assert.Equal((id, session, prefix), (id, key?.SessionId, key?.PrefixHash));
    }

    [Fact] // F1
    public void Resolve_LongerHistory_KeepsKeyAndPrefix()
    {
        var first = Implicit(Facts(Instructions("s"), User("u")));
        var later = Implicit(Facts(Instructions("s"), User("u"), Assistant("a"), Tool("t"), User("more")));

        Assert.Equal(first, later);
    }

    [Fact] // F2
    public void Resolve_OtherFirstUserText_KeepsPrefixOnly()
    {
        var a = Implicit(Facts(Instructions("s"), User("a")))!;
        var b = Implicit(Facts(Instructions("s"), User("b")))!;

        Assert.Equal(a.PrefixHash, b.PrefixHash);
        Assert.NotEqual(a.SessionId, b.SessionId);
    }

    [Fact] // F3
    public void Resolve_OtherSystemText_ChangesBoth()
    {
        var a = Implicit(Facts(Instructions("v1"), User("u")))!;
        var b = Implicit(Facts(Instructions("v2"), User("u")))!;

        Assert.NotEqual(a.PrefixHash, b.PrefixHash);
        Assert.NotEqual(a.SessionId, b.SessionId);
    }

    [Fact] // F4
    public void Resolve_OtherToolsOrTenant_ChangesTheKey()
    {
        var facts = Facts(Instructions("s"), User("u"));
        string?[] keys =
        [
            Implicit(facts)?.SessionId,
            Implicit(facts with { ToolNames = ["a"] })?.SessionId,
            Implicit(facts with { ToolNames = ["a", "b"] })?.SessionId,
            Implicit(facts with { ToolNames = ["ab"] })?.SessionId,
            SessionKey.Resolve(facts, new SessionHeaders(Tenant: "t"), true, true)?.SessionId,
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact] // F5
    public void Resolve_NoUserMessage_HasNoKey()
    {
        Assert.Null(Implicit(Facts(Instructions("s"))));
        Assert.Null(Implicit(Facts()));
    }

    [Fact]
    public void Key_OwnsItsSessions()
    {
        SessionHeaders[] clients =
        [
            new(Affinity: "s", Key: "a"), new(Affinity: "s", Key: "b"), new(Affinity: "s", Key: ""), new(Affinity: "s", Tenant: "t", Key: "a"), new(Affinity: "s", Tenant: "t", Key: ""),
            new(Affinity: "%a::s", Key: ""), new(Affinity: "s", Tenant: "%a", Key: ""), new(Affinity: "s", Tenant: "%a:", Key: ""), new(Affinity: "s", Tenant: "a", Key: ""),
        ];
        Assert.Equal(clients.Length, clients.Select(client => SessionKey.Resolve(Facts(User("u")), client, true, false)!.StoreKey).Distinct().Count());
        Assert.Equal(3, clients.Where(client => client.Tenant is null && client.Affinity == "s").Select(client => SessionKey.Resolve(Facts(User("u")), client, false, false)!.StoreKey).Distinct().Count());
    }

    [Fact]
    public void Key_TellsImplicitSessionsApart() => Assert.NotEqual(
        SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Key: "a"), false, true)!.SessionId, SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Key: "b"), false, true)!.SessionId);

    [Fact]
    public void Resolve_FirstUserMessageIsAnImage_TakesTheFirstTextInstead()
    {
        var image = new ConversationMessage(ConversationRole.User, "", HasOtherContent: true);

        Assert.Null(Implicit(Facts(Instructions("s"), image)));
        Assert.Equal(Implicit(Facts(Instructions("s"), User("u"))), Implicit(Facts(Instructions("s"), image, User("u"))));
    }

    [Fact] // F11
    public void Resolve_AffinityHeaderWithCacheOff_IsThatSessionWithoutPrefix()
    {
        var key = SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Affinity: "abc", Cache: "off"), false, implicitWanted: false);

        Assert.Equal(new SessionKey("abc", "abc", true, null), key);
    }

    [Fact] // F12
    public void Resolve_CacheOffInAnyCase_HasNoImplicitSession()
        => Assert.Null(SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Cache: "OFF"), false, implicitWanted: true));

    [Fact]
    public void Resolve_NothingWantsASession_HasNone()
        => Assert.Null(SessionKey.Resolve(Facts(User("u")), default, false, implicitWanted: false));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Resolve_BlankAffinityHeader_CountsAsNone(string header)
        => Assert.Null(SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Affinity: header), false, implicitWanted: false));

    [Fact]
    public void Resolve_OverlongIdsAndTenants_AreBoundedAndDistinct()
    {
        var keys = new[] { ("t", new string('x', 257)), ("t", new string('x', 258)), (new string('t', 8000), new string('x', 8000)) }
            .Select(row => SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Affinity: row.Item2, Tenant: row.Item1), true, false)!.StoreKey)
            .ToList();

        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.InRange(key.Length, 64, 200));
    }

    [Fact]
    public void Resolve_IdOfTheLargestLength_IsKept()
    {
        var id = new string('x', 256);

        Assert.Equal(id, SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Affinity: id), false, false)?.SessionId);
    }

    [Fact]
    public void Resolve_TenantsWithColons_NeverShareASession()
    {
        string?[] keys =
        [
            Key("a", "b:c"), Key("a:b", "c"), Key("a%3Ab", "c"), Key(null, "a:b:c"), Key("", "a:b:c:"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());

        static string? Key(string? tenant, string id)
            => SessionKey.Resolve(Facts(User("u")), new SessionHeaders(Affinity: id, Tenant: tenant), true, false)?.StoreKey;
    }

    [Fact]
    public void Resolve_TenantAndSession_AreJoinedByAColon()
        => Assert.Equal("acme:s1", SessionKey.Resolve(Facts(User("u")), new SessionHeaders("s1", "acme"), true, false)?.StoreKey);

    [Theory]
    [InlineData(false, false, false, true, false)]
    [InlineData(true, false, false, false, true)]
    [InlineData(false, true, false, false, true)]
    [InlineData(false, false, true, true, true)]
    [InlineData(false, false, true, false, false)]
    public void WantsImplicit_Reasons_AreCachingBudgetOrLoopsWithRoutes(bool caching, bool budget, bool userOnly, bool routes, bool expected)
    {
        var wanted = SessionKey.WantsImplicit(
            new SessionConfig { RouteOnUserOnly = userOnly },
            new PromptCachingConfig(SessionAffinity: caching),
            budget ? new SwitchBudgetConfig(10) : null,
            routes);

        Assert.Equal(expected, wanted);
    }

    [Fact]
    public void Fnv1a_AnyText_HashesItsUtf8Form() => Prop.ForAll<string>(ArbMap.Default.ArbFor<string>(), text =>
    {
        text ??= "";
        text += "é€😀";
        var expected = Encoding.UTF8.GetBytes(text).Aggregate(0xcbf29ce484222325ul, (hash, b) => (hash ^ b) * 0x100000001b3);
        var hash = Fnv1a.Start;
        hash.Add(text);
        return hash.Value == expected;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fnv1a_LoneSurrogates_CountAsReplacementCharacters()
    {
        var lone = Fnv1a.Start;
        lone.Add("a\uD800b\uDC00");
        var replaced = Fnv1a.Start;
        replaced.Add("a\uFFFDb\uFFFD");

        Assert.Equal(replaced.Value, lone.Value);
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public void LongTextMemo_TextsSeenBeforeOrNot_HashAlike(int length)
    {
        var memo = new LongTextMemo();
        var text = new string('é', length);
        var other = string.Concat(text.AsSpan(0, length / 2), "x", text.AsSpan((length / 2) + 1));
        foreach (var next in new[] { text, text, other, text, other, other })
        {
            foreach (var start in new[] { "a", "b" })
            {
                var plain = Fnv1a.Start;
                plain.Add(start);
                var remembered = plain;
                plain.Add(next);
                memo.Add(ref remembered, next);

                Assert.Equal(plain.Value, remembered.Value);
            }
        }
    }

    // What Claude Code tells Anthropic's billing changes with every request, and is no part of the conversation.
    [Theory]
    [InlineData("cch=aaaaa;", "cch=bbbbb;")]
    [InlineData("cch=aaaaa;", null)]
    public void Resolve_OtherBillingLine_IsTheSameSession_C08(string one, string? other)
    {
        Assert.Equal(Of(one), Of(other));

        static SessionKey? Of(string? nonce)
        {
            var line = nonce is null ? "" : $$"""{"type":"text","text":"X-Anthropic-Billing-Header: cc_version=9.9; {{nonce}}"},""";
            var body = $$"""{"model":"m","max_tokens":9,"system":[{{line}}{"type":"text","text":"You are an agent.\nBe strict."}],"messages":[{"role":"user","content":"q"}]}""";
            return Implicit(RequestReader.Read(ApiFormat.Messages, Encoding.UTF8.GetBytes(body)).Facts);
        }
    }

    private static SessionKey? Implicit(RequestFacts facts) => SessionKey.Resolve(facts, default, tenantsApart: false, implicitWanted: true);
}
