using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

public sealed class HomePageTests
{
    [Fact]
    public async Task Home_Browser_IsAPageWhoseLinksAllLeadSomewhereAndThatNeedsNothingFromElsewhere()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: direct }");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html,application/xhtml+xml" } } };
        using var response = await gateway.Client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("mode <b>direct</b>", page, StringComparison.Ordinal);
        Assert.Contains($"ANTHROPIC_BASE_URL={gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)<(script|link|img|iframe)|src=|url\\(|@import", page);
        var links = Regex.Matches(page, "href=\"([^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(links);
        foreach (var link in links)
            Assert.True((await gateway.Client.GetAsync(new Uri(link, UriKind.Relative))).IsSuccessStatusCode, link);
    }

    [Fact]
    public async Task Home_AnyOtherClient_IsPlainText()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: policy }");
        using var response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("mode policy", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_HostWithMarkup_IsEncoded()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: policy }");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html" } } };
        request.Headers.TryAddWithoutValidation("Host", "a&b");
        using var response = await gateway.Client.SendAsync(request);
        Assert.DoesNotContain("a&b", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
