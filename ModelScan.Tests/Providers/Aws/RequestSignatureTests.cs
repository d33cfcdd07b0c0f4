using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using ModelScan.RoutingApi.Providers.Aws;

namespace ModelScan.Tests.Providers.Aws;

/// <summary>Vectors of AWS' test suite for Signature Version 4 (aws-sig-v4-test-suite).</summary>
public sealed class RequestSignatureTests
{
    private const string AccessKey = "AKIDEXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private const string Token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
        + "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
        + "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    [Theory]
    [InlineData("get-vanilla", "GET", "/", null, null, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("post-vanilla", "POST", "/", "", null, "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", null, null, "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("post-x-www-form-urlencoded", "POST", "/", "Param1=value1", null, "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("post-sts-header-before", "POST", "/", "", Token, "host;x-amz-date;x-amz-security-token", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead")]
    public void Sign_VectorOfAws_GivesItsSignature(string name, string method, string path, string? body, string? token, string headers, string signature)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), $"https://example.amazonaws.com{path}");
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            message.Content.Headers.ContentType = body.Length > 0 ? new MediaTypeHeaderValue("application/x-www-form-urlencoded") : null;
        }

        RequestSignature.Sign(
            message,
            body is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(body)),
            new ImmutableCredentials(AccessKey, Secret, token),
            "us-east-1",
            "service",
            DateTimeOffset.Parse("2015-08-30T12:36:00Z", CultureInfo.InvariantCulture));

        Assert.Equal(
            (name, $"AWS4-HMAC-SHA256 Credential={AccessKey}/20150830/us-east-1/service/aws4_request, SignedHeaders={headers}, Signature={signature}"),
            (name, message.Headers.NonValidated["Authorization"].ToString()));
        Assert.Equal("20150830T123600Z", message.Headers.NonValidated["X-Amz-Date"].ToString());
        Assert.Equal(token is not null, message.Headers.Contains("X-Amz-Security-Token"));
    }

    [Fact]
    public void Sign_Again_ReplacesTheFormerSignature()
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");
        RequestSignature.Sign(message, null, new ImmutableCredentials(AccessKey, Secret, Token), "us-east-1", "service", DateTimeOffset.UnixEpoch);

        RequestSignature.Sign(message, null, new ImmutableCredentials(AccessKey, Secret, null), "us-east-1", "service", DateTimeOffset.Parse("2015-08-30T12:36:00Z", CultureInfo.InvariantCulture));

        Assert.EndsWith("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", message.Headers.NonValidated["Authorization"].ToString(), StringComparison.Ordinal);
        Assert.False(message.Headers.Contains("X-Amz-Security-Token"));
    }
}
