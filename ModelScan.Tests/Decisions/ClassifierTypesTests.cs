using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.Tests.Decisions;

public sealed class ClassifierTypesTests
{
    [Fact]
    public void EveryKindOfClassifier_IsThereOnce() => Assert.Equal(Enum.GetValues<ClassifierKind>().Order(), ClassifierTypes.All.Select(type => type.Kind).Order());
}
