using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

public sealed class ClassifierConfigTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Read_Onnx_NamesTheFiles()
    {
        var classifier = ConfigText.Read(ConfigText.Models + $"routing: {{ classifier: {{ kind: onnx, model: '{_file}', vocab: '{_file}', pooling: cls, max_tokens: 256, stay: 1.5 }} }}").Classifier;

        Assert.Equal((ClassifierKind.Onnx, 1.5), (classifier.Kind, classifier.Stay));
        Assert.Equal(new EncoderConfig(_file, _file, PoolsFirstPiece: true, 256), classifier.Encoder);
    }

    [Fact]
    public void Read_RouterModelWhenUnsure_LeavesTheEmbeddedClassifierFirst()
    {
        var classifier = ConfigText.Read(ConfigText.Models + "routing: { classifier: { when_unsure: router_model, unsure_below: 0.7, base_url: http://localhost:1, model: m } }").Classifier;

        Assert.Equal((ClassifierKind.Embedded, 0.7, "m"), (classifier.Kind, classifier.UnsureBelow, classifier.RouterModel!.Model));
    }

    [Theory]
    [InlineData("{ kind: onnx, vocab: /nowhere/v.txt }", "routing.classifier.model")]
    [InlineData("{ kind: onnx, model: /nowhere/m.onnx, vocab: /nowhere/v.txt }", "routing.classifier.vocab")]
    [InlineData("{ calibration: /nowhere/c.json }", "routing.classifier.calibration")]
    [InlineData("{ unsure_below: 0.5 }", "routing.classifier.unsure_below")]
    [InlineData("{ when_unsure: router_model }", "routing")]
    [InlineData("{ type: endpoint, when_unsure: router_model, base_url: http://localhost:1, model: m }", "routing.classifier.when_unsure")]
    [InlineData("{ stay: 11 }", "routing.classifier.stay")]
    public void Read_WrongSetting_IsNamed(string classifier, string path) =>
        Assert.Contains(ConfigText.Errors(ConfigText.Models + $"routing: {{ classifier: {classifier} }}"), error => error.Path == path);

    [Fact]
    public void Read_RouteThatIsDefault_IsSo()
    {
        var routes = ConfigText.Read(ConfigText.Models + "routing_preferences: [{ name: code, models: [openai/gpt-4o] }, { name: rest, default: true, models: [openai/gpt-4o] }]").Routes;

        Assert.Equal([(false, ""), (true, "")], routes.Select(route => (route.IsDefault, route.Description)));
    }

    public void Dispose() => File.Delete(_file);
}
